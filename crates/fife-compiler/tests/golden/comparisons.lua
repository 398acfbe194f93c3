local a, b, x = 1, 2
if a == b then x = 1 end
if a ~= b then x = 2 end
if a < b then x = 3 end
if a <= b then x = 4 end
if a > b then x = 5 end
if a >= b then x = 6 end
if a == 1 then x = 7 end
if a ~= 1.0 then x = 8 end
if a == 1.5 then x = 9 end
if a == nil or a == true or a == "s" then x = 10 end
if a < 1 then x = 11 end
if 1 < a then x = 12 end
if a >= 5 then x = 13 end
if 5 >= a then x = 14 end
if a < 1.0 then x = 15 end
if a > 100000 then x = 16 end
if nil == a then x = 17 end
if 1 == 2 then x = 18 end
