local n <close> = nil
local f <close> = false
print(n, f) -- expect: nil	false
print(pcall(function() local t <close> = true end)) -- expect: false	nil_and_false.lua:4: variable 't' got a non-closable value
for i = 1, 2 do local x <close> = nil end
print("end") -- expect: end
