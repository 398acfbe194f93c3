-- heavy
local name = os.tmpname()
local f = io.open(name, "w")
for i = 1, 500 do f:write(("x"):rep(i % 50), "\n") end
f:close()
local n, total = 0, 0
for l in io.lines(name) do n, total = n + 1, total + #l end
print(n, total) -- expect: 500	12250
f = io.open(name) print(#f:read("a"), f:seek("end")) f:close() os.remove(name) -- expect: 12750	12750
