-- A heap that only grows: a tree of names with tables of tables.
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
for _ = 1, rounds do
  local root = {}
  for i = 1, n do
    local a = root[i % 16] or {}
    root[i % 16] = a
    a[#a + 1] = { name = i, list = { i, i + 1 } }
  end
end
