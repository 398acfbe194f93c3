local function bind(...)
  local args, n = { ... }, select("#", ...)
  return function() return n, table.unpack(args, 1, n) end
end
print(bind()()) -- expect: 0
print(bind(1, nil, 3, nil)()) -- expect: 4	1	nil	3	nil
