local name = os.tmpname()
local kept
do local f <close> = io.open(name, "w") f:write("written") kept = f end
print(io.type(kept)) -- expect: closed file
for l in io.lines(name) do print(l) break end -- expect: written
os.remove(name)
