local function say(text, value) print(text) return value end
for i = say("start", 1), say("limit", 2), say("step", 1) do print(i) end
-- expect: start
-- expect: limit
-- expect: step
-- expect: 1
-- expect: 2
