-- gc-visible: changes the collector's mode
collectgarbage("incremental")
print(collectgarbage("generational")) -- expect: incremental
print(collectgarbage("incremental")) -- expect: generational
print(collectgarbage("incremental", 200, 100, 13)) -- expect: incremental
print(type(collectgarbage("setpause", 200)), type(collectgarbage("setstepmul", 100))) -- expect: number	number
