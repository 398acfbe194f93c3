print(pcall(table.unpack, {}, 1, 1 << 40)) -- expect: false	too many results to unpack
print(pcall(table.unpack, {}, 1, 10000000)) -- expect: false	too many results to unpack
print(pcall(table.unpack, {}, math.mininteger, math.maxinteger)) -- expect: false	too many results to unpack
print(table.unpack({}, 2, 1), select("#", table.unpack({}, 1, 100))) -- expect: nil	100
