-- A chain of __call puts each called value before the arguments, the first one last.
local names = {}
local f = function(...)
  local shown = {}
  for i = 1, select("#", ...) do
    local value = select(i, ...)
    shown[i] = tostring(names[value] or value)
  end
  return table.concat(shown, " ")
end
for i = 1, 5 do
  f = setmetatable({}, { __call = f })
  names[f] = "t" .. i
end
print(f("a", "b")) -- expect: t1 t2 t3 t4 t5 a b
print(f()) -- expect: t1 t2 t3 t4 t5
print((function(...) return f(...) end)(1, nil, 3)) -- expect: t1 t2 t3 t4 t5 1 nil 3
print(pcall(setmetatable({}, { __call = setmetatable({}, { __call = 1 }) }))) -- expect: false	attempt to call a number value
