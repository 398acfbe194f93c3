print(table.unpack({ 1, 2, 3 }, 0, 1)) -- expect: nil	1
print(table.unpack({ 1, 2, 3 }, 3, 1)) -- expect:
print(table.unpack({ [-1] = "m", [0] = "z" }, -1, 0)) -- expect: m	z
print(table.unpack({ 1, 2 }, nil, nil)) -- expect: 1	2
print(table.unpack({ 1, 2 }, "1", "2")) -- expect: 1	2
print(table.unpack({ 1, 2 }, 1.0, 2.0)) -- expect: 1	2
