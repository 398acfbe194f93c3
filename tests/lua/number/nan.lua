local nan = 0 / 0
print(nan == nan, nan ~= nan, nan < nan, nan > nan, nan <= 1, nan >= 1) -- expect: false	true	false	false	false	false
print(rawequal(nan, nan), nan ~= 1, math.max(1, nan) == 1) -- expect: false	true	true
local t = {}
print(pcall(function() t[nan] = 1 end)) -- expect: false	nan.lua:5: table index is NaN
print(t[nan]) -- expect: nil
print(math.type(nan), nan // 1 ~= nan // 1, nan % 2 ~= nan % 2) -- expect: float	true	true
