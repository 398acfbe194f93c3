local t = {}
for i = 1, 5 do table.insert(t, 1, i) end
print(table.concat(t, " ")) -- expect: 5 4 3 2 1
table.insert(t, 3, "mid") table.insert(t, 7, "end") table.insert(t, 2.0, "two")
print(table.concat(t, " "), #t) -- expect: 5 two 4 mid 3 2 1 end	8
print(select("#", table.insert(t, 1))) -- expect: 0
