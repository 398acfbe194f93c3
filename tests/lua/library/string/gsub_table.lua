local t = { name = "Lua", n = 5, no = false }
print(("$name is $n, $no, $missing"):gsub("%$(%w+)", t), ("abc"):gsub("%w", { a = 1, b = true and "B" }), ("abc"):gsub("(a)(b)", { a = "first" })) -- expect: Lua is 5, $no, $missing	1Bc	firstc	1
print(("x y"):gsub("%a", setmetatable({}, { __index = function(_, k) return k:upper() .. "!" end })), pcall(string.gsub, "x", "x", { x = true }), pcall(string.gsub, "x", "x", { x = {} })) -- expect: X! Y!	false	false	invalid replacement value (a table)
print(("ab"):gsub("()%a", { "one", "two" })) -- expect: onetwo	2
