local t = table.pack(1, nil, 3, nil)
print(t.n, #t >= 0, t[1], t[2], t[3]) -- expect: 4	true	1	nil	3
print(table.unpack(t, 1, t.n)) -- expect: 1	nil	3	nil
print(table.pack().n) -- expect: 0
print(table.unpack({ 1, 2, 3 }, 2)) -- expect: 2	3
print(table.unpack({ 1, 2, 3 }, 2, 5)) -- expect: 2	3	nil	nil
print(table.unpack({}, 1, 3)) -- expect: nil	nil	nil
print(table.unpack({ 1, 2 }, 3)) -- expect:
print(table.unpack({ 10, 20 }, -1, 1)) -- expect: nil	nil	10
