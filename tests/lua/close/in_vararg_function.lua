local function f(...)
  local c <close> = setmetatable({}, { __close = function() print("closed") end })
  return select("#", ...), ...
end
print(f())
-- expect: closed
-- expect: 0
print(f(1, nil, 3))
-- expect: closed
-- expect: 3	1	nil	3
