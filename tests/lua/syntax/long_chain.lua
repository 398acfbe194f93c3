-- heavy
-- Long left-associative chains need no nesting.
print(load("return " .. string.rep("1+", 3000) .. "1")()) -- expect: 3001
print(load("local t = {} t.t = t return t" .. string.rep(".t", 1000) .. " == t")()) -- expect: true
print(load("local function f() return function() return 1 end end f = function() return f end return type(f" .. string.rep("()", 500) .. ")")()) -- expect: function
print(load("return " .. string.rep("'a'..", 150) .. "'a'")() == string.rep("a", 151)) -- expect: true
print(load("local x <const> = 1 return " .. string.rep("x == 1 and ", 1000) .. "'end'")()) -- expect: end
