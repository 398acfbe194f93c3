local function sorted(t, f) table.sort(t, f) return table.concat(t, " ") end
print(sorted { 3, 1, 2 }, sorted { "b", "a", "C" }) -- expect: 1 2 3	C a b
print(sorted({ 1, 2, 3 }, function(a, b) return a > b end), sorted {} == "") -- expect: 3 2 1	true
print(sorted { 5 }, sorted { 2, 1 }, sorted { 1.5, 1, -1, 0.5, 2 }) -- expect: 5	1 2	-1 0.5 1 1.5 2
print(sorted { 1, 1, 1, 1 }) -- expect: 1 1 1 1
print(sorted({ "ccc", "a", "bb", "" }, function(a, b) return #a < #b end)) -- expect:  a bb ccc
print(sorted { 10, 9, 8, 7, 6, 5, 4, 3, 2, 1 }, sorted { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }) -- expect: 1 2 3 4 5 6 7 8 9 10	1 2 3 4 5 6 7 8 9 10
local people = { { n = "x", a = 3 }, { n = "y", a = 1 }, { n = "z", a = 2 } }
table.sort(people, function(p, q) return p.a < q.a end)
print(people[1].n, people[2].n, people[3].n) -- expect: y	z	x
