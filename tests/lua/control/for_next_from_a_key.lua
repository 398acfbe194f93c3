-- A generic `for` over `next` may start after any key of the table.
for k, v in next, {10, 20, 30}, 1 do print(k, v) end
-- expect: 2	20
-- expect: 3	30
local long = string.rep("k", 100)
for k in next, {[long] = 1}, string.rep("k", 100) do print(k) end
print(pcall(function() for k in next, {10, 20}, 1.0 do print(k) end end))
-- expect: false	invalid key to 'next'
print(pcall(function() for k in next, {10, 20}, "none" do print(k) end end))
-- expect: false	invalid key to 'next'
-- A key's value may change while the key is visited.
local t = {1, 2, 3, x = 4}
for k, v in next, t, 2 do
  t[k] = nil
  print(k, v)
end
-- expect: 3	3
-- expect: x	4
