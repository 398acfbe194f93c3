local funcs = {}
for i = 1, 3 do
  local j = i * 10
  funcs[i] = function() j = j + 1 return i, j end
end
for i = 1, 3 do print(funcs[i]()) end
-- expect: 1	11
-- expect: 2	21
-- expect: 3	31
print(funcs[2]()) -- expect: 2	22
print(funcs[1]()) -- expect: 1	12
