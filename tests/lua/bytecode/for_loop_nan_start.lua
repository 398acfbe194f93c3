-- Not "limit < start", so the first turn is taken; then "start + step <= limit" fails.
for i = 0 / 0, 1 do print(i ~= i) end -- expect: true
for i = 0 / 0, 1, -1 do print(i ~= i) end -- expect: true
print("after") -- expect: after
