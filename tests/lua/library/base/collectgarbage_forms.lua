-- gc-visible: counts bytes
print(type(collectgarbage("count")), collectgarbage("count") > 0, math.type(collectgarbage("count"))) -- expect: number	true	float
print(collectgarbage(), collectgarbage("collect")) -- expect: 0	0
print(type(collectgarbage("step")), collectgarbage("isrunning")) -- expect: boolean	true
print(collectgarbage("stop"), collectgarbage("isrunning")) -- expect: 0	false
print(collectgarbage("restart"), collectgarbage("isrunning")) -- expect: 0	true
print(pcall(collectgarbage, "nothing")) -- expect: false	bad argument #1 to 'collectgarbage' (invalid option 'nothing')
print(pcall(collectgarbage, 5)) -- expect: false	bad argument #1 to 'collectgarbage' (invalid option '5')
print(pcall(collectgarbage, {})) -- expect: false	bad argument #1 to 'collectgarbage' (string expected, got table)
