local out = {}
for m in ("abc"):gmatch("b*") do out[#out + 1] = "[" .. m .. "]" end
print(table.concat(out)) -- expect: [][b][]
out = {}
for m in ("a,b,,c"):gmatch("([^,]*)") do out[#out + 1] = "[" .. m .. "]" end
print(table.concat(out)) -- expect: [a][b][][c]
out = {}
for p in (""):gmatch("()") do out[#out + 1] = p end
print(#out, out[1]) -- expect: 1	1
