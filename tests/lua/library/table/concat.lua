print(table.concat { 1, 2, 3 }, table.concat({ "a", "b" }, ", ")) -- expect: 123	a, b
print(table.concat({ 1, 2, 3, 4 }, "-", 2, 3), table.concat({}, "x") == "") -- expect: 2-3	true
print(table.concat({ 1, 2.5, "s" }, " "), table.concat({ 1, 2 }, "x", 2, 1) == "") -- expect: 1 2.5 s	true
print(table.concat({ "only" }, "sep")) -- expect: only
print(table.concat({ [0] = "zero", "one" }, " ", 0), pcall(table.concat, { 1, 2, 3 }, " ", 0, 0)) -- expect: zero one	false	invalid value (nil) at index 0 in table for 'concat'
print(pcall(table.concat, { 1, {}, 3 })) -- expect: false	invalid value (table) at index 2 in table for 'concat'
print(pcall(table.concat, { 1, nil, 3 }, "", 1, 3)) -- expect: false	invalid value (nil) at index 2 in table for 'concat'
print(pcall(table.concat, { true })) -- expect: false	invalid value (boolean) at index 1 in table for 'concat'
print(pcall(table.concat)) -- expect: false	bad argument #1 to 'table.concat' (table expected, got no value)
print(pcall(table.concat, {}, {})) -- expect: false	bad argument #2 to 'table.concat' (string expected, got table)
print(pcall(table.concat, {}, "", "x")) -- expect: false	bad argument #3 to 'table.concat' (number expected, got string)
print(pcall(table.concat, {}, "", 1, 2)) -- expect: false	invalid value (nil) at index 1 in table for 'concat'
print(pcall(table.concat, { print })) -- expect: false	invalid value (function) at index 1 in table for 'concat'
