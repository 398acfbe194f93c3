local closer = setmetatable({}, { __close = function(_, e) print("closed", e) end })
local function step(_, i) if i < 3 then return i + 1 end end
for i in step, nil, 0, closer do print(i) end
-- expect: 1
-- expect: 2
-- expect: 3
-- expect: closed	nil
for i in step, nil, 0, closer do if i == 2 then break end end
-- expect: closed	nil
local function leave() for i in step, nil, 0, closer do return "left at", i end end
print(leave())
-- expect: closed	nil
-- expect: left at	1
print(pcall(function() for i in step, nil, 0, closer do error("inside", 0) end end))
-- expect: closed	inside
-- expect: false	inside
for i in step, nil, 1, nil do print(i) end
-- expect: 2
-- expect: 3
for i in step, nil, 1, false do print(i) end
-- expect: 2
-- expect: 3
