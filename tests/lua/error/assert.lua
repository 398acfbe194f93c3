print(assert(1, "unused")) -- expect: 1	unused
print(assert("a", "b", "c")) -- expect: a	b	c
print(select("#", assert(true, nil))) -- expect: 2
print(pcall(assert, false)) -- expect: false	assertion failed!
print(pcall(assert, nil)) -- expect: false	assertion failed!
print(pcall(assert, false, "message")) -- expect: false	message
print(pcall(assert, nil, 5)) -- expect: false	5
print(pcall(assert)) -- expect: false	bad argument #1 to 'assert' (value expected)
local t = {}
print(select(2, pcall(assert, false, t)) == t, pcall(assert, false, nil)) -- expect: true	false	nil
print(pcall(function() assert(1 == 2, "no position added") end)) -- expect: false	assert.lua:11: no position added
print(pcall(function() assert(1 == 2) end)) -- expect: false	assert.lua:12: assertion failed!
