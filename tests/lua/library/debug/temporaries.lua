print(debug.getlocal(0, 1)) -- expect: (C temporary)	0
print(debug.getlocal(0, 3)) -- expect: nil
local function f()
  print(debug.getlocal(2, 3)) -- expect: (temporary)	1
  print(debug.getlocal(2, 4)) -- expect: nil
  print(debug.setlocal(2, 3, 10)) -- expect: (temporary)
  return 20
end
local function g(a, b) return (a + 1) + f() end
print(g(0, 0)) -- expect: 30
table.sort({ 2, 1 }, function() print(debug.getinfo(2, "n").name, (debug.getlocal(2, 1))) end) -- expect: sort	(C temporary)
for i = 5, 6 do print(debug.getlocal(1, 3)) end
-- expect: (for state)	5
-- expect: (for state)	6
