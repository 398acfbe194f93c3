for k, v in pairs(t) do print(k, v) end
for line in f, nil, 1 do break end
for a, b, c in f() do if a then return b end end
for a in f() do for b in g() do if a == b then goto out end end end
::out::
