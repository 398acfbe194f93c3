local fs = {}
for k, v in ipairs { "a", "b", "c" } do fs[k] = function() v = v .. k return v end end
print(fs[1](), fs[2](), fs[3]()) -- expect: a1	b2	c3
print(fs[1](), fs[1]()) -- expect: a11	a111
