local t = {}
local inner = t
for i = 1, 200 do inner.next = { depth = i } inner = inner.next end
local depth, walk = 0, t
while walk.next do walk = walk.next depth = depth + 1 end
print(depth, walk.depth) -- expect: 200	200
