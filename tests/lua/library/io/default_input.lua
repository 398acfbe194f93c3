local name = os.tmpname()
local f = io.open(name, "w") f:write("x\ny\nz\n") f:close()
local old = io.input()
io.input(name)
print(io.read(), io.read("L") == "y\n", io.input() ~= old) -- expect: x	true	true
for l in io.lines() do print("line", l) end -- expect: line	z
print(io.read(), io.read(0), io.read("a") == "") -- expect: nil	nil	true
io.close(io.input())
print(pcall(io.read)) -- expect: false	default input file is closed
print(pcall(io.lines)) -- expect: false	attempt to use a closed file
io.input(io.open(name)) print(io.read(1)) io.input():close() io.input(old) -- expect: x
print(io.input() == io.stdin, pcall(io.input, "/nonexistent/x")) -- expect: true	false	cannot open file '/nonexistent/x' (No such file or directory)
os.remove(name)
