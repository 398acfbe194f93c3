local a, b = 1, 2
local function read() return a, b end
a, b = b, a
print(read()) -- expect: 2	1
a, b = (function() return 10, 20 end)()
print(read()) -- expect: 10	20
