print(pcall(error, "m", 0)) -- expect: false	m
print(pcall(error)) -- expect: false	nil
print(select("#", pcall(error, nil))) -- expect: 2
local function f() error("level one") end
local function g() error("level two", 2) end
print(pcall(f)) -- expect: false	error_function.lua:4: level one
print(pcall(function() g() end)) -- expect: false	error_function.lua:7: level two
