local m = setmetatable({}, {
  __lt = function(a, b) return type(a) .. type(b) end,
  __le = function(a, b) return false end,
})
print(m < 1, 1 < m, m < "x", "x" > m, m <= nil, {} >= m) -- expect: true	true	true	true	false	false
print(pcall(function() return 1 < "2" end)) -- expect: false	lt_mixed_types.lua:6: attempt to compare number with string
print(pcall(function() return {} < {} end)) -- expect: false	lt_mixed_types.lua:7: attempt to compare two table values
