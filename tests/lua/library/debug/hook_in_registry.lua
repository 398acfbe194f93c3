debug.sethook(print, "", 1000000)
local hooks = debug.getregistry()._HOOKKEY
print(getmetatable(hooks) == hooks, hooks.__mode) -- expect: true	k
print(hooks[coroutine.running()] == print) -- expect: true
debug.sethook()
print(hooks[coroutine.running()]) -- expect: nil
