-- load of a source of n functions. Largest: 50000
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
for _ = 1, rounds do
  local t = { "local t = {}\n" }
  for i = 1, n do
    t[#t + 1] = "function t.f" .. i .. "(a, b) local c = a + b if c > " .. i .. " then return c end return t, 'f' end\n"
  end
  assert(load(table.concat(t)))()
end
