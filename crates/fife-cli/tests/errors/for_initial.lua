for row = 1, 2 do for i = row .. "a", #"abc", 1 do print(i) end end
