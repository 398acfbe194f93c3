local s = "abc"
print(s.len == string.len, s["upper"](s), s.nothing, ("x").rep == string.rep) -- expect: true	ABC	nil	true
print(pcall(function() return s.x.y end)) -- expect: false	indexing.lua:3: attempt to index a nil value (field 'x')
print(pcall(function() s.x = 1 end)) -- expect: false	indexing.lua:4: attempt to index a string value (upvalue 's')
print(s[1], #s) -- expect: nil	3
