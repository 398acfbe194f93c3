print(pcall(error, "m", 0)) print(pcall(error)) print(select("#", pcall(error, nil)))
-- expect: false	m
-- expect: false	nil
-- expect: 2
local function f() error("level one") end
local function g() error("level two", 2) end
print(pcall(f)) print(pcall(function() g() end))
-- expect: false	error_function.lua:5: level one
-- expect: false	error_function.lua:7: level two
