local function three() return "a", "b", "c" end
print(#{ three() }, #{ three(), three() }, #{ (three()) }, #{ three(), nil, "x" } > 0) -- expect: 3	4	1	true
local function pack(...) return { "first", ... } end
print(#pack(), #pack(1, 2), pack(1, 2)[3]) -- expect: 1	3	2
local t = { [1] = "lost", three() }
print(t[1], t[3]) -- expect: a	c
local u = { x = 1, three(), y = 2, three() }
print(#u, u.x, u.y, u[1], u[2], u[4]) -- expect: 4	1	2	a	a	c
