local a, b = "a", "b"
local c = a .. b
c = a .. b .. c .. 1 .. "x"
c = (a .. b) .. c
c = a .. (b .. c)
c = a .. b + 1 .. c
return a .. b
