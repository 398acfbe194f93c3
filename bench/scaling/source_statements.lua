-- load of a source of n statements in one function, and a run of it. Largest: 100000
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
for _ = 1, rounds do
  local t = { "local a, b = 1, 2\n" }
  for i = 1, n do t[#t + 1] = "a = a + b * " .. i .. " % 7\n" end
  assert(load(table.concat(t)))()
end
