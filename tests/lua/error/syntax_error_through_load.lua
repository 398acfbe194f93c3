print(load("x =")) -- expect: nil	[string "x ="]:1: unexpected symbol near <eof>
print(load("x = 1 y = ", "=name")) -- expect: nil	name:1: unexpected symbol near <eof>
local ok, e = pcall(assert, load("x = ", "=bad"))
print(ok, e) -- expect: false	bad:1: unexpected symbol near <eof>
print(pcall(function() return assert(load("return +", "=bad"))() end)) -- expect: false	syntax_error_through_load.lua:5: bad:1: unexpected symbol near '+'
print(load("error('at run time')", "=chunk") ~= nil, pcall(load("error('at run time')", "=chunk"))) -- expect: true	false	chunk:1: at run time
