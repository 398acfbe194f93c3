local t = os.date("!*t", 951782400)
print(t.year, t.month, t.day, t.yday, t.wday) -- expect: 2000	2	29	60	3
local l = os.date("*t", 86400 * 200)
print(os.time(l) == 86400 * 200, type(l.isdst)) -- expect: true	boolean
print(os.date("!%Y-%m-%dT%H:%M:%S", -1), os.date("!%Y", -62135596800), os.date("!*t", -1).sec) -- expect: 1969-12-31T23:59:59	1	59
