local i, f, s = 5, 0.5, "10"
print(i + 1, i + 127, i + 128, i + -128, i + 32767, i + 32768) -- expect: 6	132	133	-123	32772	32773
print(1 + i, 127 + i, 32767 + i, 32768 + i, -32768 + i, -32769 + i) -- expect: 6	132	32772	32773	-32763	-32764
print(f + 1, 1 + f, s + 1, 1 + s) -- expect: 1.5	1.5	11	11
print(math.maxinteger + 1 == math.mininteger) -- expect: true
local m = setmetatable({}, { __add = function(a, b)
  return (type(a) == "table" and "m" or a) .. "+" .. (type(b) == "table" and "m" or b)
end })
print(m + 1, 1 + m, m + 40000, 40000 + m, m + 1.5, 1.5 + m) -- expect: m+1	1+m	m+40000	40000+m	m+1.5	1.5+m
