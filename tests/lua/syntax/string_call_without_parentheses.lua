local function id(...) return ... end
print(id"a", id'b', id[[c]], id[=[d]=], (id{ 1 })[1]) -- expect: a	b	c	d	1
print(#id"abc", id"a"..id"b") -- expect: 3	ab
