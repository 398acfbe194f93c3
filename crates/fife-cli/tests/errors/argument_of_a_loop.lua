for key, value in pairs(nil) do print(key, value) end
