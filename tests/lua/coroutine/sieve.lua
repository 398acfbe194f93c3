local function gen(n) return coroutine.wrap(function() for i = 2, n do coroutine.yield(i) end end) end
local function filter(p, g)
  return coroutine.wrap(function() for n in g do if n % p ~= 0 then coroutine.yield(n) end end end)
end
local g, out = gen(40), {}
while true do local n = g() if not n then break end out[#out + 1] = n g = filter(n, g) end
print(table.concat(out, " ")) -- expect: 2 3 5 7 11 13 17 19 23 29 31 37
