print(table.concat(table.move({ 1, 2, 3 }, 1, 3, 2), " ")) -- expect: 1 1 2 3
print(table.concat(table.move({ 1, 2, 3 }, 2, 3, 1), " ")) -- expect: 2 3 3
print(table.concat(table.move({ 1, 2, 3 }, 1, 3, 1), " ")) -- expect: 1 2 3
print(table.concat(table.move({ 1, 2, 3 }, 1, 3, 3, { 9, 9 }), " ")) -- expect: 9 9 1 2 3
print(table.concat(table.move({ 1, 2, 3 }, 1, 0, 5), " ")) -- expect: 1 2 3
print(table.concat(table.move({ 1, 2, 3, 4, 5 }, 1, 4, 2), " ")) -- expect: 1 1 2 3 4
local a, b = { "x", "y" }, {}
print(table.move(a, 1, 2, 1, b) == b, b[1], b[2], table.move(a, 1, 2, 5) == a, a[5], a[6]) -- expect: true	x	y	true	x	y
local log = {}
local proxy = setmetatable({}, {
  __index = function(_, k) log[#log + 1] = "get " .. k return k end,
  __newindex = function(_, k, v) log[#log + 1] = "set " .. k .. "=" .. v end,
})
table.move(proxy, 1, 2, 2) table.move(proxy, 1, 2, 0)
print(table.concat(log, ", ")) -- expect: get 2, set 3=2, get 1, set 2=1, get 1, set 0=1, get 2, set 1=2
print(table.move({ [math.maxinteger] = "max" }, math.maxinteger, math.maxinteger, 1)[1]) -- expect: max
print(pcall(table.move, {}, 1, math.maxinteger, 2)) -- expect: false	bad argument #4 to 'table.move' (destination wrap around)
print(pcall(table.move, {}, -1, math.maxinteger, 1)) -- expect: false	bad argument #3 to 'table.move' (too many elements to move)
print(pcall(table.move, {}, 1, 2)) -- expect: false	bad argument #4 to 'table.move' (number expected, got no value)
print(pcall(table.move)) -- expect: false	bad argument #2 to 'table.move' (number expected, got no value)
print(pcall(table.move, {}, 1, 2, 3, 4)) -- expect: false	bad argument #5 to 'table.move' (table expected, got number)
print(pcall(table.move, {}, "x", 1, 1)) -- expect: false	bad argument #2 to 'table.move' (number expected, got string)
