local fails = 0
for i = 1, 200 do if not pcall(error) then fails = fails + 1 end end
print(fails) -- expect: 200
local n = 0
for i = 1, 100 do local ok, v = pcall(function(x) if x % 2 == 0 then error(x) end return x end, i) n = n + v end
print(n) -- expect: 5050
