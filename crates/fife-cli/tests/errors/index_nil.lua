local t, key = {}
t[key] = 1
