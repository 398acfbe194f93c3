-- load of a source that is one table of n records. Largest: 50000
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
for _ = 1, rounds do
  local t = { "return {\n" }
  for i = 1, n do t[#t + 1] = "{ id = " .. i .. ", name = \"name " .. i .. "\", 1, 2.5, true },\n" end
  t[#t + 1] = "}"
  assert(#assert(load(table.concat(t)))() == n)
end
