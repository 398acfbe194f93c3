local store = {}
local t = setmetatable({}, { __newindex = store })
t.x, t[1] = "x", "one"
print(rawget(t, "x"), rawget(t, 1), store.x, store[1]) -- expect: nil	nil	x	one
local deeper = {}
setmetatable(store, { __newindex = deeper })
t.y = "y"
t.x = "again"
print(store.y, deeper.y, store.x) -- expect: nil	y	again
