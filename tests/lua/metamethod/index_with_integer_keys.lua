local t = setmetatable({ [2] = "two" }, { __index = function(_, k) return -k end })
print(t[1], t[2], t[300], t[1.5], t[-7], #t >= 0) -- expect: -1	two	-300	-1.5	7	true
for i = 1, 3 do io.write("|", tostring(t[i])) end
print("|") -- expect: |-1|two|-3|
