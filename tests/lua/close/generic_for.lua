local function iterate(n, name)
  return function(_, i) if i < n then return i + 1 end end, nil, 0, setmetatable({}, {
    __close = function(_, e) print("close " .. name, e) end,
  })
end
for i in iterate(2, "normal") do print(i) end
-- expect: 1
-- expect: 2
-- expect: close normal	nil
for i in iterate(5, "break") do if i == 2 then break end end
-- expect: close break	nil
for i in iterate(5, "goto") do if i == 2 then goto out end end
::out::
-- expect: close goto	nil
print((function() for i in iterate(5, "return") do if i == 2 then return "returned" end end end)())
-- expect: close return	nil
-- expect: returned
print(pcall(function() for i in iterate(5, "error") do error("e", 0) end end))
-- expect: close error	e
-- expect: false	e
for i in iterate(2, "outer") do for j in iterate(1, "inner") do print(i, j) end end
-- expect: 1	1
-- expect: close inner	nil
-- expect: 2	1
-- expect: close inner	nil
-- expect: close outer	nil
