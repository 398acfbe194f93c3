-- heavy
-- A variable's identity stays the same while it lives, whatever is collected in between, and belongs to no other.
local functions, ids = {}, {}
for i = 1, 1000 do
  local x = i
  functions[i] = function() x = x + 1 end
  ids[i] = debug.upvalueid(functions[i], 1)
end
collectgarbage()
local same = 0
for i = 1, 1000 do
  if ids[i] == debug.upvalueid(functions[i], 1) then same = same + 1 end
end
print(same) -- expect: 1000

for i = 1, 1000, 2 do functions[i] = nil end
collectgarbage()
same = 0
local known = {}
for i = 2, 1000, 2 do
  known[ids[i]] = i
  if ids[i] == debug.upvalueid(functions[i], 1) then same = same + 1 end
end
print(same) -- expect: 500

local taken = 0
for i = 1, 2000 do
  local x = i
  local f = function() x = x + 1 end
  if known[debug.upvalueid(f, 1)] then taken = taken + 1 end
end
print(taken) -- expect: 0

-- A closure that shares the variable keeps it alive, with its identity.
local function pair()
  local x = 0
  return function() x = x + 1 end, function() return x end
end
local one, other = pair()
local id = debug.upvalueid(one, 1)
one = nil
collectgarbage()
print(id == debug.upvalueid(other, 1)) -- expect: true
print(type(id), math.type(id)) -- expect: userdata	nil
