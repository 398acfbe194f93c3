local count = 1
count++
