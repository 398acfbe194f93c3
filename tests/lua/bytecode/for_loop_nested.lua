local out = {}
for i = 1, 3 do
  for j = i, 3 do
    for k = j, 3 do out[#out + 1] = i .. j .. k end
  end
end
print(#out, table.concat(out, " ")) -- expect: 10	111 112 113 122 123 133 222 223 233 333
