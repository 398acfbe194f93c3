-- Weak tables: keys and values that go while n others stay. Largest: 300000
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
local alive, keys, values = {}, setmetatable({}, { __mode = "k" }), setmetatable({}, { __mode = "v" })
for i = 1, n do
  alive[i] = { i }
  keys[alive[i]] = i
  values[i] = alive[i]
end
for i = 1, n * rounds do
  local o = {}
  keys[o] = i
  values[i % 100] = o
end
