local t = {}
local function fill() t.items = print return 1 end
t.items(fill())
