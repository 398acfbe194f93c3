-- heavy
-- gc-visible: how far a heap grows before garbage is freed
-- From 100 KB on, whatever its size, the heap shrinks to twice the live data, and steps free more than they allocate.
local function bytes() return collectgarbage("count") * 1024 end

local kept = {string.rep("x", 60000)}
for round = 1, 15 do
  for i = 1, 400 do kept[#kept + 1] = "kept " .. round .. " " .. i end
  collectgarbage()
  collectgarbage()
  local alive = bytes()
  collectgarbage("stop")
  -- A host may collect nevertheless.
  for i = 1, 30000 do
    local t = {}
    if bytes() > 3 * alive then break end
  end
  collectgarbage("restart")
  local count = 0
  repeat
    local t = {}
    count = count + 1
  until bytes() <= 2 * alive or count > 30000
  if count > 30000 then print("too large", round, alive, bytes()) end

  collectgarbage()
  local list = {}
  for i = 1, 100 do
    list[i] = {{}}
    local t = {}
  end
  local before = bytes()
  collectgarbage("stop")
  local steps = 0
  repeat steps = steps + 1 until collectgarbage("step", 10) or steps > 1000
  if bytes() >= before then print("steps took more than they freed", round, before, bytes()) end
  collectgarbage("restart")
end
print("done") -- expect: done
