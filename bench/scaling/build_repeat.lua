-- string.rep, sub, reverse, upper and byte over long strings.
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
for r = 1, rounds do
  local s = ("abc" .. r):rep(n)
  s = s:upper():reverse():sub(2, -2):lower()
  local found = s:find("x", 1, true)
end
