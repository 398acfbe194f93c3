-- A command sees what was written to files, closed or not.
local name = os.tmpname()
local f = io.open(name, "w")
f:write("waiting")
local p = io.popen("cat " .. name)
print(p:read("a")) -- expect: waiting
p:close()
f:close()
os.remove(name)
