-- heavy
local parts = {}
for i = 1, 7000 do
  local n = i * 10
  parts[i] = ("%d.5,%d.5,%d.5,%d.5,%d.5,%d.5,%d.5,%d.5,%d.5,%d.5"):format(n, n + 1, n + 2, n + 3, n + 4, n + 5, n + 6, n + 7, n + 8, n + 9)
end
local f = load("local t = {" .. table.concat(parts, ",") .. "} t.last_name = 'last' return t, t.last_name == 'last', t.last_name")
local t, same, name = f()
print(#t, t[1], t[256], t[65536], t[65537], t[70000], same, name) -- expect: 70000	10.5	265.5	65545.5	65546.5	70009.5	true	last
