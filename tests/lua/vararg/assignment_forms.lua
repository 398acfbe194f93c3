local function f(...)
  local a, b = ...
  local c, d = "x", ...
  local e = (...)
  a, b = b, a
  return a, b, c, d, e
end
print(f(1, 2, 3)) -- expect: 2	1	x	1	1
print(f()) -- expect: nil	nil	x	nil	nil
