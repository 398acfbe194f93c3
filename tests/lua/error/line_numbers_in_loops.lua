print(pcall(function() -- expect: false	line_numbers_in_loops.lua:4: in loop
  for i = 1, 3 do
    if i == 2 then
      error("in loop")
    end
  end
end))
print(pcall(function() -- expect: false	line_numbers_in_loops.lua:10: bad 'for' limit (number expected, got table)
  for i = 1,
    {} do
  end
end))
print(pcall(function() -- expect: false	line_numbers_in_loops.lua:17: attempt to concatenate a table value
  local n = 0
  while n < 3 do
    n = n + 1
    if n == 3 then n = n .. {} end
  end
end))
