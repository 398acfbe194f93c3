-- Several results and whole divisions by math.floor: days to dates and back, Easter, weekdays, moons, and dates as
-- strings and keys.
-- After Fliegel and Van Flandern (1968), Gauss's Easter as in Meeus and Butcher, and Zeller (1882).
local N = tonumber(arg and arg[1]) or 480000
local floor = math.floor
local function day_number(year, month, day)
  local a = floor((14 - month) / 12)
  local y, m = year + 4800 - a, month + 12 * a - 3
  return day + floor((153 * m + 2) / 5) + 365 * y + floor(y / 4) - floor(y / 100) + floor(y / 400) - 32045
end
local function date(number)
  local a = number + 32044
  local b = floor((4 * a + 3) / 146097)
  local c = a - floor(146097 * b / 4)
  local d = floor((4 * c + 3) / 1461)
  local e = c - floor(1461 * d / 4)
  local m = floor((5 * e + 2) / 153)
  return 100 * b + d - 4800 + floor(m / 10), m + 3 - 12 * floor(m / 10), e - floor((153 * m + 2) / 5) + 1
end
local function weekday(year, month, day)
  if month < 3 then year, month = year - 1, month + 12 end
  return (day + floor(13 * (month + 1) / 5) + year + floor(year / 4) - floor(year / 100) + floor(year / 400) + 5) % 7 + 1
end
local function easter(year)
  local a, b, c = year % 19, floor(year / 100), year % 100
  local d, e = floor(b / 4), b % 4
  local g = floor((8 * b + 13) / 25)
  local h = (19 * a + b - d - g + 15) % 30
  local i, k = floor(c / 4), c % 4
  local l = (32 + 2 * e + 2 * i - h - k) % 7
  local m = floor((a + 11 * h + 22 * l) / 451)
  local month = floor((h + l - 7 * m + 114) / 31)
  return month, (h + l - 7 * m + 114) % 31 + 1
end
local names = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" }
local start = day_number(1970, 1, 1)
local counts, check, wrong = {}, 0, 0
for i = 0, N - 1 do
  local year, month, day = date(start + i)
  if day_number(year, month, day) ~= start + i then wrong = wrong + 1 end
  local name = names[weekday(year, month, day)]
  counts[name] = (counts[name] or 0) + 1
  if day == 13 and name == "Fri" then check = check + month end
  if i % 8 == 0 then
    local text = string.format("%04d-%02d-%02d", year, month, day)
    local y, m, d = text:match("^(%d+)-(%d+)-(%d+)$")
    check = (check * 3 + day_number(tonumber(y), tonumber(m), tonumber(d))) % 1000000007
  end
  if i % 20 == 0 then
    local em, ed = easter(1900 + i % 300)
    check = (check + em * 31 + ed) % 1000000007
  end
end
for i, name in ipairs(names) do check = (check * 31 + counts[name] * i) % 1000000007 end
print(string.format("calendar %d %d", wrong, check))
