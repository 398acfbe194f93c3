local i = 0
while i < 3 do i = i + 1 print("while", i) end
-- expect: while	1
-- expect: while	2
-- expect: while	3
while false do print("never") end
while true do i = i + 1 if i > 5 then break end end
print(i) -- expect: 6
repeat local j = i i = i - 1 until j <= 4
print(i) -- expect: 3
repeat i = i + 1 if i == 6 then break end until false
print(i) -- expect: 6
local n = 0
repeat n = n + 1 until n ~= 1 or nil
print(n) -- expect: 2
