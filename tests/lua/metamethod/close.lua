local log = {}
local function make(name)
  return setmetatable({}, { __close = function(self, e) log[#log + 1] = name .. ":" .. tostring(e) end })
end
do local a <close> = make("a") local b <close> = make("b") end
pcall(function() local c <close> = make("c") error("oops", 0) end)
print(table.concat(log, " ")) -- expect: b:nil a:nil c:oops
print(pcall(function() local x <close> = {} end)) -- expect: false	close.lua:8: variable 'x' got a non-closable value
print(pcall(function() local y <close> = 5 end)) -- expect: false	close.lua:9: variable 'y' got a non-closable value
print(pcall(function() local z <close> = setmetatable({}, { __close = false }) end)) -- expect: false	close.lua:10: attempt to call a boolean value (metamethod 'close')
