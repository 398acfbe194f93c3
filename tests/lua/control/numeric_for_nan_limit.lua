-- A limit that is no number is lower than all others, for an integer loop.
local turns = 0
for i = 10, 0 / 0, -1 do turns = turns + 1 if turns > 3 then break end end
print(turns) -- expect: 4
turns = 0
for i = 10, 0 / 0 do turns = turns + 1 end
print(turns) -- expect: 0
for i = 10.0, 0 / 0 do turns = turns + 1 if turns > 3 then break end end
print(turns) -- expect: 1
