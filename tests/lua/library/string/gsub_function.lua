print(("hello"):gsub(".", function(c) return c:byte() .. " " end), ("abc"):gsub("%w", function(c) if c == "b" then return false end return c:upper() end), ("abc"):gsub("%w", function() end)) -- expect: 104 101 108 108 111 	AbC	abc	3
print(("a1b2"):gsub("(%a)(%d)", function(a, d) return d .. a end), ("abc"):gsub("()", function(p) return p end), ("x"):gsub("x", function(...) return select("#", ...) end), ("x"):gsub("(x)()", function(...) return select("#", ...) end)) -- expect: 1a2b	1a2b3c4	1	2	1
print(pcall(string.gsub, "x", "x", function() return {} end)) print(pcall(string.gsub, "x", "x", function() return true end)) print(pcall(string.gsub, "x", "x", function() error("inside", 0) end))
-- expect: false	invalid replacement value (a table)
-- expect: false	invalid replacement value (a boolean)
-- expect: false	inside
local log = {}
print(("one two"):gsub("%a+", function(w) log[#log + 1] = w return w:rep(2) end, 1), #log) -- expect: oneone two	1
