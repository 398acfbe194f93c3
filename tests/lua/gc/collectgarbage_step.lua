-- gc-visible: a collection that goes on meanwhile ends the cycle outside of the steps
-- A step reports whether it ended a cycle; a large one does, or several small ones.
collectgarbage()
collectgarbage("stop")
print(collectgarbage("step", 20000), collectgarbage("isrunning")) -- expect: true	false
print(collectgarbage("step", 20000)) -- expect: true
local steps = 0
repeat steps = steps + 1 until collectgarbage("step", 10) or steps > 1000
print(steps >= 1) -- expect: true
collectgarbage("restart")
print(collectgarbage("isrunning")) -- expect: true
