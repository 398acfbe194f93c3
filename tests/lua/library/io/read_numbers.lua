local name = os.tmpname()
local f = io.open(name, "w")
f:write("10 -5 +7 1.5 .5 1e3 0xff 0x1p4 1e nan") f:close()
f = io.open(name)
print(f:read("n", "n", "n", "n", "n", "n", "n", "n")) -- expect: 10	-5	7	1.5	0.5	1000.0	255	16.0
print(f:read("n")) -- expect: nil
print(f:read("a")) -- expect:  nan
f:close() os.remove(name)
