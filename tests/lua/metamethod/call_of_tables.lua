-- A table with `__call` is called with itself before the arguments, however many there are and wherever the stack ends.
local Class = setmetatable({}, {__call = function(class, a, b, c) return class, a, b, c end})
local function is(class, a, b, c)
  return class == Class, a, b, c
end
print(is(Class()))  -- expect: true	nil	nil	nil
print(is(Class(1)))  -- expect: true	1	nil	nil
print(is(Class(1, 2, 3)))  -- expect: true	1	2	3
print(is(Class(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)))  -- expect: true	1	2	3
print(select("#", Class(1)))  -- expect: 4

local Count = setmetatable({}, {__call = function(...) return select("#", ...) end})
print(Count(), Count(nil), Count(1, 2, nil))  -- expect: 1	2	4
print((Count(table.unpack({}, 1, 100))))  -- expect: 101

-- It may change between calls, be a native, or be a table that can be called.
local behaviour = {__call = function() return "first" end}
local object = setmetatable({}, behaviour)
print(object())  -- expect: first
behaviour.__call = function() return "second" end
print(object())  -- expect: second
behaviour.__call = rawequal
print(object(object), object(1))  -- expect: true	false
behaviour.__call = setmetatable({}, {__call = function(inner, outer, x) return outer == object, x end})
print(object(7))  -- expect: true	7
behaviour.__call = nil
print(pcall(function() return 1 + object() end))  -- expect: false	call_of_tables.lua:27: attempt to call a table value (upvalue 'object')

-- Recursion through it ends as all recursion does, and yields.
local Deep = setmetatable({}, {})
getmetatable(Deep).__call = function(self, n) return n == 0 and 0 or 1 + self(n - 1) end
print(Deep(5000))  -- expect: 5000
getmetatable(Deep).__call = function(self) return 1 + self() end
print(select(2, pcall(Deep)):match("stack overflow"))  -- expect: stack overflow
local Waiting = setmetatable({}, {__call = function(_, x) return coroutine.yield(x) end})
local co = coroutine.wrap(function(x) local y = Waiting(x) return y + 1 end)
print(co(1), co(2))  -- expect: 1	3
