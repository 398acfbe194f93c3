local function bind(...)
  local args, n = { ... }, select("#", ...)
  return function() return n, table.unpack(args, 1, n) end
end
print(bind()()) print(bind(1, nil, 3, nil)())
-- expect: 0
-- expect: 4	1	nil	3	nil
