local a, b, c = "x", 1, 2.0
print(a .. b, b .. c, a .. b .. c .. "end", 1 .. 2, -0.0 .. "") -- expect: x1	12.0	x12.0end	12	-0.0
print(a .. "", "" .. a, "" .. "" == "") -- expect: x	x	true
local long = a .. a .. a .. a .. a .. a .. a .. a .. a .. a .. a .. a .. a .. a .. a .. a .. a .. a .. a .. a
print(long, #long) -- expect: xxxxxxxxxxxxxxxxxxxx	20
local big = string.rep("0123456789", 10)
print(#(big .. big .. "!" .. big)) -- expect: 301
