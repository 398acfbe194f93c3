-- Variables outside the protected call keep their new values.
local a, b = 1, { v = 1 }
local ok = pcall(function() a = 2 b.v = 2 local c = a .. nil a = 3 end)
print(ok, a, b.v) -- expect: false	2	2
