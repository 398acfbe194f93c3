-- The left operand's handler first, then the right's.
local function make(name, event) return setmetatable({}, { [event] = function() return name end, __name = name }) end
local a, b = make("left", "__add"), make("right", "__add")
print(a + b, b + a, a + 1, 1 + b, "x" + a, a + "x") -- expect: left	right	left	right	left	left
local c = make("other", "__sub")
print(c + a, a + c, pcall(function() return c + c end)) -- expect: left	left	false	arithmetic_lookup_order.lua:6: attempt to perform arithmetic on a other value (upvalue 'c')
