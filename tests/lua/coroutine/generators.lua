local function permutations(a)
  local function permute(n)
    if n == 0 then coroutine.yield(a)
    else for i = 1, n do a[n], a[i] = a[i], a[n] permute(n - 1) a[n], a[i] = a[i], a[n] end end
  end
  return coroutine.wrap(function() permute(#a) end)
end
local out = {}
for p in permutations { "a", "b", "c" } do out[#out + 1] = table.concat(p) end
print(#out, table.concat(out, " ")) -- expect: 6	bca cba cab acb bac abc
