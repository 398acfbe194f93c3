local name = os.tmpname()
local f = io.popen("cat > " .. name, "w")
print(f:write("one\n", 2, "\n") == f) -- expect: true
print(f:read()) -- expect: nil	Bad file descriptor	9
print(f:close()) -- expect: true	exit	0
for line in io.lines(name) do print(line) end
-- expect: one
-- expect: 2
os.remove(name)
