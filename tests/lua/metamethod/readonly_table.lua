local function readonly(t)
  return setmetatable({}, {
    __index = t,
    __newindex = function(_, k) error("read only: " .. k, 2) end,
    __len = function() return #t end,
    __metatable = "locked",
  })
end
local r = readonly { 10, 20, x = 1 }
print(r[1], r.x, #r) -- expect: 10	1	2
print(pcall(function() r.x = 2 end)) -- expect: false	readonly_table.lua:11: read only: x
print(getmetatable(r), pcall(setmetatable, r, {})) -- expect: locked	false	cannot change a protected metatable
