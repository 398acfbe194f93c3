print(7 // 2, 7 --[[ // ]] / 2)
-- expect: 3	3.5
print(7 // 2 // 1) -- expect: 3
