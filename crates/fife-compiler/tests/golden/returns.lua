local a, b = ...
if a == 1 then return end
if a == 2 then return a end
if a == 3 then return a, b end
if a == 4 then return a + 1 end
if a == 5 then return f() end
if a == 6 then return (f()) end
if a == 7 then return a, f() end
if a == 8 then return ... end
do return f, g, h end
