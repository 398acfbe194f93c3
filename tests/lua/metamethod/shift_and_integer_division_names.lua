local m = setmetatable({}, {
  __idiv = function() return "idiv" end,
  __div = function() return "div" end,
  __shl = function() return "shl" end,
  __shr = function() return "shr" end,
  __mod = function() return "mod" end,
})
print(m // 1, m / 1, m << 1, m >> 1, m % 1) -- expect: idiv	div	shl	shr	mod
