-- hostile: fuel=300M memory=1M libraries=all expect=ok
-- If nearly everything is garbage, a refusal waits for a collection: none of these is an error.
collectgarbage("stop")
local seed = 1
local function junk()
  seed = (seed * 1103515245 + 12345) % 2147483648
  return ("j"):rep(seed // 65536 % 9000 + 1)
end
local source = {}
for i = 1, 900 do source[i] = i end
for _ = 1, 12 do
  local t = {}
  for i = 1, 700 do junk() rawset(t, "k" .. i, i) end
  t = {}
  for i = 1, 1500 do
    if i % 5 == 0 then junk() end
    table.insert(t, i)
  end
  t = setmetatable({}, {})
  for i = 1, 1500 do
    if i % 5 == 0 then junk() end
    table.insert(t, i)
  end
  for _ = 1, 20 do
    junk()
    junk()
    table.move(source, 1, 900, 1, {})
  end
  for _ = 1, 100 do
    local text = junk()
    local fine, message = pcall(error, text, 1)
    assert(not fine and message == text)
  end
end
local made = function(name) return { name, ("j"):rep(3000 + #name) and nil } end
for i = 1, 300 do
  local name = "m" .. i
  package.preload[name] = made
  assert(require(name)[1] == name and require(name)[1] == name)
  package.preload[name] = nil
end
print("ok")
