-- heavy
local s = "x"
for i = 1, 16 do s = s .. s end
print(#s, #(s .. s), s:sub(-3), #s:upper()) -- expect: 65536	131072	xxx	65536
print(pcall(function() return s:rep(1 << 50) end)) -- expect: false	string_length_growth.lua:5: resulting string too large
