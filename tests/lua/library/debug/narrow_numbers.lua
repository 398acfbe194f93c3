-- Levels have 32 bits, and chunk names end at a zero.
print(debug.getinfo(2 ^ 32, "n").name, debug.getinfo(2 ^ 31)) -- expect: getinfo	nil
print(debug.getinfo(load("return 1", "=name\0rest"), "S").source) -- expect: =name
print(pcall(debug.setuservalue, debug.upvalueid(function() return print end, 1), 1))
-- expect: false	bad argument #1 to 'debug.setuservalue' (userdata expected, got light userdata)
