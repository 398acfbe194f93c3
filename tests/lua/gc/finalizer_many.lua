-- gc-visible: an earlier collection calls some finalizers earlier
-- heavy
-- Many objects with finalizers, some of which stay for later.
collectgarbage("stop")
local seen, kept = {}, {}
local meta = {__gc = function(self) seen[#seen + 1] = self.n end}
for i = 1, 1000 do
  local object = setmetatable({n = i}, meta)
  if i % 3 == 0 then kept[#kept + 1] = object end
end
collectgarbage()
print(#seen >= 667 and "most") -- expect: most
local falls = true
for i = 2, 600 do falls = falls and seen[i] < seen[i - 1] end
print(falls) -- expect: true
for i = 1, 200 do setmetatable({n = 2000 + i}, meta) end
kept, seen = nil, {}
collectgarbage()
print(#seen, seen[1], seen[201], seen[#seen]) -- expect: 533	2200	999	3
