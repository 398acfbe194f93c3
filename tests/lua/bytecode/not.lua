local n, f, z, e, t = nil, false, 0, "", {}
print(not n, not f, not z, not e, not t, not not z) -- expect: true	true	false	false	false	true
local g = not (z and n)
print(g) -- expect: true
