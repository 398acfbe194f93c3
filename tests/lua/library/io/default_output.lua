local name = os.tmpname()
local old = io.output()
print(io.output(name) ~= old) -- expect: true
io.write("to the file\n", 1, 2)
print(io.output() ~= old, io.close()) -- expect: true	true
io.output(old)
for l in io.lines(name) do print(l) end
-- expect: to the file
-- expect: 12
io.write("on stdout", "\n") io.write(1, " ", 2.5, "\n") print(io.write() == io.stdout, io.output() == io.stdout)
-- expect: on stdout
-- expect: 1 2.5
-- expect: true	true
print(pcall(io.write, {})) -- expect: false	bad argument #1 to 'io.write' (string expected, got table)
print(pcall(io.write, nil)) -- expect: false	bad argument #1 to 'io.write' (string expected, got nil)
print(pcall(io.write, true)) -- expect: false	bad argument #1 to 'io.write' (string expected, got boolean)
os.remove(name)
