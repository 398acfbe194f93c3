-- gc-visible: changes the collector's mode
print(collectgarbage("incremental")) print(collectgarbage("generational")) print(collectgarbage("incremental")) print(collectgarbage("incremental", 200, 100, 13))
-- expect: incremental
-- expect: incremental
-- expect: generational
-- expect: incremental
print(type(collectgarbage("setpause", 200)), type(collectgarbage("setstepmul", 100))) -- expect: number	number
