-- Several variables called _ENV on one line: each global is a field of the innermost one.
local a, b, c, show = { x = "a" }, { x = "b" }, { x = "c" }, print
do local _ENV = a show(x) end do local _ENV = b show(x) end -- expect: a
-- expect: b
local function both(_ENV) return x .. (function(_ENV) return x end)(c) .. x end show(both(a)) -- expect: aca
local function inner(_ENV) return (function() return x end)() .. x end show(inner(b)) -- expect: bb
x = "global" do local _ENV = a show(x) end show(x) -- expect: a
-- expect: global
