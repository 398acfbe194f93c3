local m = setmetatable({}, {
  __band = function(a, b) return type(a) .. "&" .. type(b) end,
  __shl = function(a, b) return tostring(a == 1.5) .. "<<" end,
})
print(m & 1.5, 1.5 & m, m & "x", "10" & m, 1.5 << m) -- expect: table&number	number&table	table&string	string&table	true<<
print(pcall(function() return 1.5 & "x" end)) -- expect: false	bitwise_with_floats_and_strings.lua:6: attempt to perform bitwise operation on a string value (constant 'x')
print(pcall(function() return {} & 1.5 end)) -- expect: false	bitwise_with_floats_and_strings.lua:7: attempt to perform bitwise operation on a table value
