local f = load(string.rep("return function() ", 60) .. "return 'deep' " .. string.rep("end ", 60))
for _ = 1, 61 do f = f() end
print(f) -- expect: deep
