print(assert(1, "unused")) print(assert("a", "b", "c")) print(select("#", assert(true, nil)))
-- expect: 1	unused
-- expect: a	b	c
-- expect: 2
print(pcall(assert, false)) print(pcall(assert, nil)) print(pcall(assert, false, "message")) print(pcall(assert, nil, 5)) print(pcall(assert))
-- expect: false	assertion failed!
-- expect: false	assertion failed!
-- expect: false	message
-- expect: false	5
-- expect: false	bad argument #1 to 'assert' (value expected)
local t = {}
print(select(2, pcall(assert, false, t)) == t, pcall(assert, false, nil)) -- expect: true	false	nil
print(pcall(function() assert(1 == 2, "no position added") end)) -- expect: false	assert.lua:13: no position added
print(pcall(function() assert(1 == 2) end)) -- expect: false	assert.lua:14: assertion failed!
