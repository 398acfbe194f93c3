-- hostile: fuel=300M memory=32M expect=ok
-- What the collector keeps outside of the heap: lists of weak tables, ephemerons, finalizers, and of objects to mark.
for round = 1, 4 do
  local weak, chain, kept = {}, setmetatable({}, { __mode = "k" }), {}
  local fine, message = pcall(function()
    local key = {}
    for i = 1, 100000 do
      weak[i % 3000] = setmetatable({ {}, [{}] = {} }, { __mode = ({ "k", "v", "kv" })[i % 3 + 1] })
      local next = {}
      chain[key] = next
      key = next
      kept[1] = { key }
      if i % 5 == 0 then setmetatable({}, { __gc = function(o) kept[2] = o end }) end
      if i % 7 == 0 then kept[i] = setmetatable({}, { __gc = function() end }) end
      if i % 20000 == 0 then collectgarbage("step") end
    end
  end)
  assert(fine or message == "not enough memory", message)
  collectgarbage()
end
local list
local fine, message = pcall(function() for i = 1, 1000000 do list = { list, i } end end)
collectgarbage()
list = nil
local wide = {}
pcall(function() for i = 1, 1000000 do wide[i] = { {} } end end)
wide = nil
collectgarbage()
print("ok")
