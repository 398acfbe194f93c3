-- Integers choose nodes by their low bits, until too many of these agree: in any case, tables hold what was stored.
local function check(name, key, n)
  local t, others = {}, {}
  for i = 1, n do
    t[key(i)] = i
    t[i .. ""] = -i
    t[key(i) + 0.5] = true
    if i % 3 == 0 then t[key(i // 3)] = nil end
    if i % 7 == 0 then t[key(i)] = i end
  end
  local expected = 0
  for i = 1, n do
    local gone = i <= n // 3
    if not gone then expected = expected + 1 end
    assert(t[key(i)] == (not gone and i or nil), name)
    assert(t[i .. ""] == -i and t[key(i) + 0.5], name)
  end
  -- During a traversal, entries may be removed and stored again.
  local met, again = 0, 0
  for k, v in pairs(t) do
    if math.type(k) == "integer" then
      met = met + 1
      t[k] = nil
      if v % 2 == 0 then t[k], again = v, again + 1 end
    end
  end
  assert(met == expected, name)
  local left = 0
  for k in pairs(t) do if math.type(k) == "integer" then left = left + 1 end end
  assert(left == again, name)
end
for _, n in ipairs { 20, 60, 200, 1500 } do
  check("multiples", function(i) return i * 1024 end, n)
  check("few multiples", function(i) return i << 3 end, n)
  check("high", function(i) return i << 40 end, n)
  check("rows", function(i) return (i % 13) << 16 | i // 13 end, n)
  check("negative", function(i) return -i << 7 end, n)
  check("after others", function(i) return i < n // 2 and i * 3 + 1000 or i << 20 end, n)
end
print("held") -- expect: held
