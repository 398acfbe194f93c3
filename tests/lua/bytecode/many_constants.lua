-- heavy
-- More than 255 string and number constants in one function.
local parts = { "local t = {}" }
for i = 1, 400 do parts[#parts + 1] = ("t.field%d = %d.5 + (t.field%d or 0)"):format(i, i, i - 1) end
parts[#parts + 1] = "return t.field1, t.field255, t.field256, t.field257, t.field400"
print(load(table.concat(parts, "\n"))()) -- expect: 1.5	32767.5	33024.0	33281.5	80400.0
