-- heavy
-- fife only
-- Chains through weak keys take time in proportion to their length, even from the last made to the first. (PUC-Rio Lua
-- traverses the table again for each link.)
local weak = setmetatable({}, {__mode = "k"})
local last
for _ = 1, 50000 do
  local key = {}
  weak[key] = {last}
  last = key
end
collectgarbage()
local count = 0
local key = last
while key do
  key = weak[key][1]
  count = count + 1
end
print(count) -- expect: 50000
