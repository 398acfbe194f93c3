local a, b, c = ...
if a and b then print(1) end
if a or b then print(2) end
if not a then print(3) end
if not (a and b) then print(4) end
if a and (b or c) then print(5) end
if (a or b) and c then print(6) end
if not (a or not b) and c > 1 then print(7) end
while a and b < 10 do b = b + 1 end
