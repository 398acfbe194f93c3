local fs = {}
for i = 1, 3 do
  local function down(n) if n == 0 then return i end return down(n - 1) end
  fs[i] = down
end
print(fs[1](5), fs[2](0), fs[3](2)) -- expect: 1	2	3
