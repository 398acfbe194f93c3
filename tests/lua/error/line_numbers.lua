-- The line is that of the operation that failed.
print(pcall(function() -- expect: false	line_numbers.lua:5: attempt to perform arithmetic on a nil value
  local a = 1
  local b = a
    + nil
  return b
end))
print(pcall(function() -- expect: false	line_numbers.lua:9: bad argument #2 to 'rep' (number expected, got table)
  return string.rep(
    "x",
    {}
  )
end))
local t = {}
print(pcall(function() -- expect: false	line_numbers.lua:18: attempt to index a nil value (field 'missing')
  t.a = {
    x = 1,
    y = t.missing.field,
    z = 3,
  }
end))
print(pcall(function() local x = 1 -- expect: false	line_numbers.lua:23: attempt to call a number value (local 'x')
  x() end))
print(pcall(function() -- expect: false	line_numbers.lua:27: attempt to index a nil value (field 'a')
  t
    .a
    .b
    .c = 1
end))
