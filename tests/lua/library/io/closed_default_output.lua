local name = os.tmpname()
local old = io.output()
io.output(name) io.close()
print(pcall(io.write, "x")) -- expect: false	default output file is closed
print(pcall(io.close)) -- expect: false	attempt to use a closed file
io.output(old) print("restored") os.remove(name) -- expect: restored
