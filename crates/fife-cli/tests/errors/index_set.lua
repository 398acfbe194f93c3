local t = {a = {}}
t.b.x = 1
