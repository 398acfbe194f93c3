-- heavy
-- gc-visible: watches the heap shrink
local t = {}
for i = 1, 2000 do t[i] = { i } end
collectgarbage()
local before = collectgarbage("count")
t = nil
collectgarbage()
print(collectgarbage("count") < before) -- expect: true
