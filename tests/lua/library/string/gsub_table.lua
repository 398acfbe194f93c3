local t = { name = "Lua", n = 5, no = false }
print(("$name is $n, $no, $missing"):gsub("%$(%w+)", t)) -- expect: Lua is 5, $no, $missing	4
print(("abc"):gsub("%w", { a = 1, b = true and "B" })) -- expect: 1Bc	3
print(("abc"):gsub("(a)(b)", { a = "first" })) -- expect: firstc	1
print(("x y"):gsub("%a", setmetatable({}, { __index = function(_, k) return k:upper() .. "!" end }))) -- expect: X! Y!	2
print(pcall(string.gsub, "x", "x", { x = true })) -- expect: false	invalid replacement value (a boolean)
print(pcall(string.gsub, "x", "x", { x = {} })) -- expect: false	invalid replacement value (a table)
print(("ab"):gsub("()%a", { "one", "two" })) -- expect: onetwo	2
