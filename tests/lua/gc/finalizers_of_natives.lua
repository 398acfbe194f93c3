-- heavy
-- Finalizers that are natives, and objects whose finalizer was removed, are handled over several steps.
local meta = { __gc = type }
for i = 1, 3000 do setmetatable({}, meta) end
collectgarbage()
local kept = {}
for i = 1, 3000 do kept[i] = setmetatable({}, meta) end
kept = nil
meta.__gc = nil
collectgarbage()
local ran = 0
setmetatable({}, { __gc = function() ran = ran + 1 end })
collectgarbage()
print(ran) -- expect: 1
