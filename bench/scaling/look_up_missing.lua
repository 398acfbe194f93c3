-- Looking for keys that are not there: integers and strings.
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
local t, found = {}, 0
for i = 1, n do t[i * 2] = i end
for _ = 1, rounds do
  for i = 1, n do
    if t[i * 2 + 1] then found = found + 1 end
    if t.missing then found = found + 1 end
  end
end
