-- A weak metatable loses an `__index` table that is collected.
local shown = 0
for round = 1, 20 do
  local metatable = setmetatable({__index = {field = 1}}, {__mode = "v"})
  local object = setmetatable({}, metatable)
  assert(object.field == 1)
  collectgarbage()
  collectgarbage()
  local others = {}
  for i = 1, 300 do others[i] = {field = 2} end
  if object.field ~= nil then shown = shown + 1 end
end
print(shown) -- expect: 0

-- The same for a weak key's value.
local metatable = setmetatable({}, {__mode = "k"})
metatable.__index = {x = 1}
local object = setmetatable({}, metatable)
collectgarbage()
print(object.x) -- expect: 1
