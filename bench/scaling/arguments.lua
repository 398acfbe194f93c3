-- table.unpack and varargs of n values. Largest: 200000
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
local t = {}
for i = 1, n do t[i] = i end
local function count(...) return select("#", ...) end
for _ = 1, rounds do
  assert(count(table.unpack(t)) == n)
  local u = { table.unpack(t) }
end
