local i, f, s = 5, 0.5, "10"
print(i - 1, i - 127, i - 128, i - -128, i - 32767, i - 32768, i - 32769) -- expect: 4	-122	-123	133	-32762	-32763	-32764
print(1 - i, 127 - i, -32768 - i) -- expect: -4	122	-32773
print(f - 1, 1 - f, s - 1, 1 - s) -- expect: -0.5	0.5	9	-9
print(math.mininteger - 1 == math.maxinteger) -- expect: true
local m = setmetatable({}, { __sub = function(a, b)
  return (type(a) == "table" and "m" or a) .. "-" .. (type(b) == "table" and "m" or b)
end })
print(m - 1, 1 - m, m - 40000, 40000 - m, m - 1.5, 1.5 - m, m - -5) -- expect: m-1	1-m	m-40000	40000-m	m-1.5	1.5-m	m--5
