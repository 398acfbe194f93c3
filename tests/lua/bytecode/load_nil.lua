local a, b, c, d, e
print(a, b, c, d, e) -- expect: nil	nil	nil	nil	nil
local function clears(x, y, z)
  x, y, z = nil, nil, nil
  return x, y, z
end
print(clears(1, 2, 3)) -- expect: nil	nil	nil
do
  local used = "leftover"
  used = used .. "!"
end
local fresh
print(fresh) -- expect: nil
local p, q = 1
print(p, q) -- expect: 1	nil
