-- A missing handler is looked up many times, then added by rawset.
local mt = {}
local t = setmetatable({}, mt)
for i = 1, 5 do local _ = t.x end
rawset(mt, "__index", { x = "found" })
print(t.x) -- expect: found
rawset(mt, "__index", nil)
print(t.x) -- expect: nil
for i = 1, 5 do t["k" .. i] = i end
rawset(mt, "__newindex", function(_, k) print("new", k) end)
t.k1 = 10
t.k6 = 6
-- expect: new	k6
print(t.k1, t.k6) -- expect: 10	nil
