local calls = 0
local meta = { __eq = function(a, b) calls = calls + 1 return a.v == b.v end }
local a, b, c = setmetatable({ v = 1 }, meta), setmetatable({ v = 1 }, meta), setmetatable({ v = 2 }, meta)
print(a == b, a == c, a ~= b, a ~= c, a == a, calls) -- expect: true	false	false	true	true	4
if a == b then print("then") else print("else") end -- expect: then
if a ~= c then print("then") else print("else") end -- expect: then
local plain = { v = 1 }
print(a == plain, plain == a, rawequal(a, b)) -- expect: true	true	false
local odd = setmetatable({}, { __eq = function() return 1 end })
print(odd == {}, {} ~= odd) -- expect: true	false
