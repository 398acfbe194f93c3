local log = {}
local function closer() return setmetatable({}, { __close = function() log[#log + 1] = "closed" end }) end
local function f()
  local c <close> = closer()
  return (function() log[#log + 1] = "value" return #log end)()
end
print(f(), table.concat(log, " ")) -- expect: 1	value closed
local v = 1
local function g()
  local c <close> = setmetatable({}, { __close = function() v = 2 end })
  return v
end
print(g(), v) -- expect: 1	2
