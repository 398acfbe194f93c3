local a = ...
local x = nil or a
x = false and a
x = true and a
x = 1 or a
x = a and nil
x = a or nil and 1
if true and a then print(1) end
if nil or a then print(2) end
if false then print(3) else print(4) end
if 1 then print(5) elseif a then print(6) end
while false do print(7) end
