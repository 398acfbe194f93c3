local function f(...) return select(...) end
print(f(2, "a", "b", "c")) -- expect: b	c
local function g(t) return table.unpack(t) end
print(g { 1, 2, 3 }) -- expect: 1	2	3
local function h(...) return pcall(...) end
print(h(error, "thrown")) -- expect: false	thrown
print(h(h, h, print, "deep"))
-- expect: deep
-- expect: true	true	true
