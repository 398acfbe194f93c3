print(os.time { year = 2020, month = 1, day = 1, hour = 12 } - os.time { year = 2020, month = 1, day = 1, hour = 11 }) -- expect: 3600
print(math.type(os.time())) -- expect: integer
print(os.date("!%Y-%m-%d %H:%M:%S", 0), os.date("!%Y-%m-%d %H:%M:%S", 1000000000)) -- expect: 1970-01-01 00:00:00	2001-09-09 01:46:40
print(os.date("!%d/%m/%y %p %I %j", 86400 * 59)) -- expect: 01/03/70 AM 12 060
local d = os.date("!*t", 1234567890)
print(d.year, d.month, d.day, d.hour, d.min, d.sec, d.wday, d.yday, d.isdst) -- expect: 2009	2	13	23	31	30	6	44	false
print(os.date("!%A %a %B %b %%", 0), os.date("!%c", 0), os.date("!%x %X", 0)) -- expect: Thursday Thu January Jan %	Thu Jan  1 00:00:00 1970	01/01/70 00:00:00
print(os.date("!%D %F %R %T", 0), os.date("!%U %W %u %w %V %G %g", 1000000000)) -- expect: 01/01/70 1970-01-01 00:00 00:00:00	36 36 7 0 36 2001 01
print(os.date("!%e|%h|%n|%t|%C", 0))
-- expect:  1|Jan|
-- expect: |	|19
print(os.date("!%Ex %Ey %Od", 0), os.date("!", 0) == "", os.date("!plain", 0)) -- expect: 01/01/70 70 01	true	plain
