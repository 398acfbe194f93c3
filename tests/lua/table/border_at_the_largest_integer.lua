-- The search for a border doubles its step up to the largest integer; any border is right.
local t = {}
for i = 0, 60 do
  t[5 << i] = true
end
for i = 1, 4 do
  t[i] = true
end
t[math.maxinteger] = true
local function is_border(n)
  return t[n] and (n == math.maxinteger or not t[n + 1])
end
print(is_border(#t)) -- expect: true
t[math.maxinteger] = nil
print(is_border(#t)) -- expect: true
