local t = { year = 2021, month = 14, day = -3, hour = 30, min = 70, sec = 100 }
local time = os.time(t)
print(t.year, t.month, t.day, t.hour, t.min, t.sec, t.yday, t.wday, math.type(time)) -- expect: 2022	1	29	7	11	40	29	7	integer
local u = { year = 2000, month = 2, day = 30 }
os.time(u)
print(u.month, u.day, u.hour, type(u.isdst)) -- expect: 3	1	12	boolean
