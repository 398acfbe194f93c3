-- Straight-line code, generated: networks of compare-and-swap statements over local variables, and long sums of
-- products.
-- After Batcher, "Sorting networks and their applications" (1968); the transform of eight values is that of the
-- definition.
local N = tonumber(arg and arg[1]) or 70000
local load = loadstring or load
local function network(n)
  local out, names = { "return function(t)\nlocal " }, {}
  for i = 1, n do names[i] = "v" .. i end
  out[#out + 1] = table.concat(names, ", ") .. " = "
  local values = {}
  for i = 1, n do values[i] = "t[" .. i .. "]" end
  out[#out + 1] = table.concat(values, ", ") .. "\n"
  local p = 1
  while p < n do
    local k = p
    while k >= 1 do
      for j = k % p, n - 1 - k, k * 2 do
        for i = 0, math.min(k - 1, n - j - k - 1) do
          if math.floor((i + j) / (p * 2)) == math.floor((i + j + k) / (p * 2)) then
            local a, b = names[i + j + 1], names[i + j + k + 1]
            out[#out + 1] = ("if %s > %s then %s, %s = %s, %s end\n"):format(a, b, a, b, b, a)
          end
        end
      end
      k = math.floor(k / 2)
    end
    p = p * 2
  end
  for i = 1, n do out[#out + 1] = ("t[%d] = v%d\n"):format(i, i) end
  out[#out + 1] = "end\n"
  return assert(load(table.concat(out)))()
end
local function cosines()
  local out = { "return function(t, u)\nlocal a, b, c, d, e, f, g, h = t[1], t[2], t[3], t[4], t[5], t[6], t[7], t[8]\n" }
  local names = { "a", "b", "c", "d", "e", "f", "g", "h" }
  for k = 0, 7 do
    local terms = {}
    for i = 0, 7 do
      terms[#terms + 1] = ("%s * %.9f"):format(names[i + 1], math.cos(math.pi / 8 * (i + 0.5) * k))
    end
    out[#out + 1] = ("u[%d] = %s\n"):format(k + 1, table.concat(terms, " + "))
  end
  out[#out + 1] = "end\n"
  return assert(load(table.concat(out)))()
end
local sort16, sort32, transform = network(16), network(32), cosines()
local seed, check, t, u = 1, 0, {}, {}
for round = 1, N do
  for i = 1, 32 do
    seed = seed * 16807 % 2147483647
    t[i] = seed % 1000
  end
  sort32(t)
  for i = 1, 8 do check = (check * 3 + t[i * 4]) % 1000003 end
  for i = 1, 16 do t[i] = t[i] * 7 % 1009 end
  sort16(t)
  transform(t, u)
  check = (check + t[8] + math.floor(u[1] + 0.5)) % 1000003
end
print(string.format("sorting_network %d", check))
