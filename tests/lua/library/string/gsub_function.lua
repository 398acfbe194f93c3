print(("hello"):gsub(".", function(c) return c:byte() .. " " end)) -- expect: 104 101 108 108 111 	5
print(("abc"):gsub("%w", function(c) if c == "b" then return false end return c:upper() end)) -- expect: AbC	3
print(("abc"):gsub("%w", function() end)) -- expect: abc	3
print(("a1b2"):gsub("(%a)(%d)", function(a, d) return d .. a end)) -- expect: 1a2b	2
print(("abc"):gsub("()", function(p) return p end)) -- expect: 1a2b3c4	4
print(("x"):gsub("x", function(...) return select("#", ...) end)) -- expect: 1	1
print(("x"):gsub("(x)()", function(...) return select("#", ...) end)) -- expect: 2	1
print(pcall(string.gsub, "x", "x", function() return {} end)) -- expect: false	invalid replacement value (a table)
print(pcall(string.gsub, "x", "x", function() return true end)) -- expect: false	invalid replacement value (a boolean)
print(pcall(string.gsub, "x", "x", function() error("inside", 0) end)) -- expect: false	inside
local log = {}
print(("one two"):gsub("%a+", function(w) log[#log + 1] = w return w:rep(2) end, 1), #log) -- expect: oneone two	1
