local t = { 1, 2, 3 }
table.insert(t, 4) table.insert(t, 1, 0) table.insert(t, 3, 1.5) table.insert(t, #t + 1, "end")
print(table.concat(t, " ")) -- expect: 0 1 1.5 2 3 4 end
print(table.remove(t), table.remove(t, 1), table.remove(t, 2), table.concat(t, " ")) -- expect: end	0	1.5	1 2 3 4
print(table.remove({}), table.remove({}, 0), table.remove({ n = 1 }, 0)) -- expect: nil	nil	nil
print(table.remove({ 1 }, 2), table.remove({}, 1)) -- expect: nil	nil
local e = {}
table.insert(e, 1, "first") table.insert(e, 1, "before")
print(e[1], e[2], #e) -- expect: before	first	2
print(pcall(table.insert, { 1, 2 }, 5, "x")) -- expect: false	bad argument #2 to 'table.insert' (position out of bounds)
print(pcall(table.insert, { 1 }, 0, "x")) -- expect: false	bad argument #2 to 'table.insert' (position out of bounds)
print(pcall(table.insert, { 1 })) -- expect: false	wrong number of arguments to 'insert'
print(pcall(table.insert, { 1 }, 1, 2, 3)) -- expect: false	wrong number of arguments to 'insert'
print(pcall(table.insert, nil, 1)) -- expect: false	bad argument #1 to 'table.insert' (table expected, got nil)
print(pcall(table.insert, {}, "x", 1)) -- expect: false	bad argument #2 to 'table.insert' (number expected, got string)
print(pcall(table.insert, {}, 1.5, 1)) -- expect: false	bad argument #2 to 'table.insert' (number has no integer representation)
print(pcall(table.remove, { 1, 2 }, 5)) -- expect: false	bad argument #2 to 'table.remove' (position out of bounds)
print(pcall(table.remove, { 1 }, -1)) -- expect: false	bad argument #2 to 'table.remove' (position out of bounds)
print(pcall(table.remove)) -- expect: false	bad argument #1 to 'table.remove' (table expected, got no value)
print(pcall(table.remove, {}, "x")) -- expect: false	bad argument #2 to 'table.remove' (number expected, got string)
print(pcall(table.insert)) -- expect: false	bad argument #1 to 'table.insert' (table expected, got no value)
