local count = "ten"
for i = 1, {} do print(i, count) end
