local m = setmetatable({}, {
  __concat = function(a, b) return (type(a) == "table" and "M" or a) .. "|" .. (type(b) == "table" and "M" or b) end,
})
print(m .. "x", "x" .. m, m .. m, 1 .. m, m .. 1.5) -- expect: M|x	x|M	M|M	1|M	M|1.5
print("a" .. "b" .. m .. "c" .. "d") -- expect: abM|cd
print(pcall(function() return {} .. "x" end)) -- expect: false	concat.lua:6: attempt to concatenate a table value
print(pcall(function() return "x" .. nil end)) -- expect: false	concat.lua:7: attempt to concatenate a nil value
print(pcall(function() return true .. m end)) -- expect: false	concat.lua:2: attempt to concatenate a boolean value
