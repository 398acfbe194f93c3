-- hostile: fuel=80M memory=32M expect=ok|fuel
-- Functions until memory is full; every second one goes and larger ones take its place: the holes stay resident.
local function fill(make)
  local kept = {}
  local fine, message = pcall(function() for i = 1, 1e9 do kept[i] = make(i) end end)
  assert(not fine and message == "not enough memory", message)
  return kept
end
local small = fill(function() return load("local a = 'constant' return function(b) return a .. b end", "=a") end)
for i = 1, #small, 2 do small[i] = nil end
collectgarbage()
local source = "return {" .. ("'text number one', "):rep(60) .. "}"
local middle = fill(function(i) return load(source .. i, "=b") end)
for i = 1, #middle, 2 do middle[i] = nil end
small = nil
collectgarbage()
source = ("local a = {1.5, 2.5, 'x'} "):rep(120)
local large = fill(function(i) return load(source .. "return " .. i, "=c") end)
large, middle = nil, nil
local texts = fill(function(i) return ("t"):rep(20000) .. i end)
print("ok")
