local function f(a, b, ...)
  a = "changed"
  return a, b, ...
end
print(f(1, 2, 3, 4)) -- expect: changed	2	3	4
print(f(1)) -- expect: changed	nil
print(f()) -- expect: changed	nil
