-- Traversals of an emptied array find what is left, and later entries.
local t = { x = 1 }
for i = 1, 100 do t[i] = i end
for i = 1, 100 do t[i] = nil end
print(next(t)) -- expect: x	1
print(next(t, "x")) -- expect: nil
t[5] = "five"
t[50] = "fifty"
local seen = {}
for key, value in pairs(t) do if key ~= "x" then seen[#seen + 1] = value end end
print(table.concat(seen, " ")) -- expect: five fifty
print(next(t, 5)) -- expect: 50	fifty
t[50] = nil
print(next(t, 5)) -- expect: x	1
t[6] = "six"
print(next(t, 5)) -- expect: 6	six
for key in pairs(t) do t[key] = nil end
print(next(t), #t) -- expect: nil	0
