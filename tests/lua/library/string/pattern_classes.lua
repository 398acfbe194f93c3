-- heavy
local function all(class)
  local n = 0 for i = 0, 255 do if string.char(i):find(class) then n = n + 1 end end return n
end
print(all("%a"), all("%d"), all("%l"), all("%s"), all("%u"), all("%w"), all("%x")) -- expect: 52	10	26	6	26	62	22
print(all("%p"), all("%c"), all("%g")) -- expect: 32	33	94
print(all("%A"), all("%D"), all("%S"), all("%W"), all("%P"), all("."), all("[%a_]")) -- expect: 204	246	250	194	224	256	53
print(all("[^%w]"), all("[a-fA-F0-9]"), all("[%d%s]")) -- expect: 194	22	16
print(all("%z"), all("[%z]"), all("%."), all("[.]"), all("[%]]"), all("[]-a]")) -- expect: 1	1	1	1	1	5
print(all("[^]]"), all("[a-]"), all("[-a]")) -- expect: 255	2	2
