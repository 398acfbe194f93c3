-- hostile: fuel=400M memory=64M expect=ok
-- Messages that quote names of 8 MiB: what a message is made of must not stay in the allocator. Then memory is filled.
local name = ("n"):rep((8 << 20) - 100)
local named = setmetatable({}, {__name = name})
for _ = 1, 6 do
  pcall(function() return named + 1 end)
  pcall(function() return named < {} end)
  pcall(function() return named() end)
  pcall(math.floor, named)
  pcall(tostring, named)
  pcall(error, name)
  pcall(collectgarbage, name)
  load("return ?", name)
  load("return 1", name)
end
name, named = nil, nil
local function fill()
  local all = {}
  while true do all[#all + 1] = {1, 2, 3} end
end
pcall(fill)
pcall(fill)
print("ok")
