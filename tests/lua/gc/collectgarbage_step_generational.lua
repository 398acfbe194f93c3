-- gc-visible: what is freed when
-- In generational mode a basic step frees what has just become garbage.
local weak = setmetatable({}, {__mode = "kv"})
collectgarbage("generational")
for i = 1, 20 do
  weak[1] = {i}
  collectgarbage("step", 0)
  assert(weak[1] == nil)
  weak[1] = {i}
  collectgarbage("step")
  assert(weak[1] == nil)
end
print(collectgarbage("incremental")) -- expect: generational
