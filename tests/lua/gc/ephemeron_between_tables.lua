-- A key may be reached through the value of another table's key, and a weak table through a weak table's value.
local a = setmetatable({}, {__mode = "k"})
local b = setmetatable({}, {__mode = "k"})
local root = {}
local middle, last = {}, {}
a[root] = middle
b[middle] = last
a[last] = setmetatable({{}, n = 1}, {__mode = "v"})
b[{}] = {}
middle, last = nil, nil
collectgarbage()
local inner = a[b[a[root]]]
print(inner.n, inner[1]) -- expect: 1	nil
local count = 0
for _ in pairs(b) do count = count + 1 end
print(count) -- expect: 1
