for i do print(i) end
