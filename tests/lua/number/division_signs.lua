for _, pair in ipairs {
  { 7, 3 }, { -7, 3 }, { 7, -3 }, { -7, -3 }, { 6, 3 }, { -6, 3 }, { 7.5, 2 }, { -7.5, 2 }, { 7.5, -2 },
  { 0, -5 },
} do
  local a, b = pair[1], pair[2]
  print(a, b, a // b, a % b, (a // b) * b + a % b == a)
  -- expect: 7	3	2	1	true
  -- expect: -7	3	-3	2	true
  -- expect: 7	-3	-3	-2	true
  -- expect: -7	-3	2	-1	true
  -- expect: 6	3	2	0	true
  -- expect: -6	3	-2	0	true
  -- expect: 7.5	2	3.0	1.5	true
  -- expect: -7.5	2	-4.0	0.5	true
  -- expect: 7.5	-2	-4.0	-0.5	true
  -- expect: 0	-5	0	0	true
end
