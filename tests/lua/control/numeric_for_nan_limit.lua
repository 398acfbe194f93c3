-- In an integer loop, a NaN limit counts as lower than every number.
local turns = 0
for i = 10, 0 / 0, -1 do turns = turns + 1 if turns > 3 then break end end
print(turns) -- expect: 4
turns = 0
for i = 10, 0 / 0 do turns = turns + 1 end
print(turns) -- expect: 0
for i = 10.0, 0 / 0 do turns = turns + 1 if turns > 3 then break end end
print(turns) -- expect: 1
