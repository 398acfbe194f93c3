local stack, queue = {}, {}
for i = 1, 5 do stack[#stack + 1] = i table.insert(queue, i) end
local out = {}
while #stack > 0 do out[#out + 1] = table.remove(stack) end
while #queue > 0 do out[#out + 1] = table.remove(queue, 1) end
print(table.concat(out, " ")) -- expect: 5 4 3 2 1 1 2 3 4 5
