local f = function() return 1, 2, 3 end
local t = { f(), f(), [f()] = "key", f = f(), (f()) }
print(#t, t[1], t[2], t[3], t.f) -- expect: 3	1	1	1	1
local u = { "a"; "b", ["key with space"] = 1, [10] = 2; last = 3, }
print(#u, u["key with space"], u[10], u.last) -- expect: 2	1	2	3
local v = { [1] = "explicit", "implicit" }
print(v[1]) -- expect: implicit
local w = { { 1, 2 }, { x = { y = { z = "deep" } } } }
print(w[1][2], w[2].x.y.z) -- expect: 2	deep
print(#{ n = 1, 2, n = 3 }, ({ n = 1, n = 3 }).n) -- expect: 1	3
