local function count(limit, i) if i < limit then return i + 1 end end
for i in count, 3, 0 do print(i) end
-- expect: 1
-- expect: 2
-- expect: 3
local function pairs_of(_, i) i = i + 1 if i <= 2 then return i, i * i, i .. "!" end end
for a, b, c in pairs_of, nil, 0 do print(a, b, c) end
-- expect: 1	1	1!
-- expect: 2	4	2!
for a, b, c, d, e in pairs_of, nil, 1 do print(a, b, c, d, e) end -- expect: 2	4	2!	nil	nil
for k in pairs {} do print("never") end
local calls = 0
for v in function() calls = calls + 1 if calls < 4 then return calls end end do end
print(calls) -- expect: 4
