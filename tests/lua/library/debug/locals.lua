local function f(a, b)
  local c = a + b
  local names = {}
  for i = 1, 10 do
    local name, value = debug.getlocal(1, i)
    if not name then break end
    if i <= 3 then names[#names + 1] = name .. "=" .. tostring(value) end
  end
  print(debug.setlocal(1, 3, 40)) -- expect: c
  return table.concat(names, " "), c
end
print(f(1, 2)) -- expect: a=1 b=2 c=3	40
print(debug.getlocal(f, 1), debug.getlocal(f, 2), debug.getlocal(f, 3)) -- expect: a	b	nil
print(pcall(debug.getlocal, 100, 1)) -- expect: false	bad argument #1 to 'debug.getlocal' (level out of range)
