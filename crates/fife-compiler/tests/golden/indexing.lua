local t, k = {}, 1
local x = t.a
x = t.a.b.c
x = t[1]
x = t[65535]
x = t[65536]
x = t[-1]
x = t[k]
x = t[1.5]
x = t["a"]
x = t[t[k]]
t.a = x; t[1] = x; t[k] = 1; t[nil] = nil
x = t.this_name_is_longer_than_forty_bytes_in_all
t.this_name_is_longer_than_forty_bytes_in_all = x
x = ("text").len
global.field = global[1]
