-- gethook returns what sethook got, for the thread in question only.
local function hook() end
debug.sethook(hook, "lrc", 1000000)
print(debug.gethook() == hook, select(2, debug.gethook())) -- expect: true	crl	1000000
debug.sethook()
local co = coroutine.create(function() coroutine.yield(debug.gethook()) end)
print(coroutine.resume(co)) -- expect: true	nil
debug.sethook(co, hook, "c")
print(debug.gethook(co) == hook, select(2, debug.gethook(co))) -- expect: true	c	0
debug.sethook(co)
print(debug.gethook(co)) -- expect: nil
debug.sethook(hook, "")
print(debug.gethook()) -- expect: nil
print(pcall(debug.sethook, 1, "l")) -- expect: false	bad argument #1 to 'debug.sethook' (function expected, got number)
print(pcall(debug.sethook, hook)) -- expect: false	bad argument #2 to 'debug.sethook' (string expected, got no value)
