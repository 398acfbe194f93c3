local t = { a = { b = {} } }
function t.f() return "t.f" end
function t.a.b.g() return "t.a.b.g" end
function t.a.b:h(x) return self == t.a.b, x end
function global_function() return "global" end
local function local_function() return "local" end
print(t.f(), t.a.b.g(), t.a.b:h(1)) -- expect: t.f	t.a.b.g	true	1
print(global_function(), local_function(), (function() return "anonymous" end)()) -- expect: global	local	anonymous
