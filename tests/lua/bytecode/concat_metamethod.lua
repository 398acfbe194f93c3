local function name(v) return type(v) == "table" and "<" .. v[1] .. ">" or tostring(v) end
local meta = {}
meta.__concat = function(a, b) return name(a) .. "." .. name(b) end
local m, n = setmetatable({ "m" }, meta), setmetatable({ "n" }, meta)
print(m .. "x", "x" .. m, m .. n, 1 .. m, m .. 2.5) -- expect: <m>.x	x.<m>	<m>.<n>	1.<m>	<m>.2.5
print("a" .. "b" .. m, m .. "a" .. "b", "a" .. m .. "b", m .. n .. m) -- expect: ab.<m>	<m>.ab	a<m>.b	<m>.<n>.<m>
print(m .. nil, true .. m) -- expect: <m>.nil	true.<m>
