-- Around the length where strings stop being interned.
for _, n in ipairs { 0, 1, 39, 40, 41, 100 } do
  local a, b = ("x"):rep(n), ("x"):rep(n)
  local t = { [a] = n }
  print(n, a == b, t[b], #a, a .. "y" == b .. "y", a < b .. "x")
  -- expect: 0	true	0	0	true	true
  -- expect: 1	true	1	1	true	true
  -- expect: 39	true	39	39	true	true
  -- expect: 40	true	40	40	true	true
  -- expect: 41	true	41	41	true	true
  -- expect: 100	true	100	100	true	true
end
