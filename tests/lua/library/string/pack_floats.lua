local function hex(s) return (s:gsub(".", function(c) return ("%02x"):format(c:byte()) end)) end
print(hex(string.pack("<f", 1.5)), hex(string.pack(">f", -2))) -- expect: 0000c03f	c0000000
print(hex(string.pack("<d", 0.1)), hex(string.pack(">d", 1))) -- expect: 9a9999999999b93f	3ff0000000000000
print(hex(string.pack("<n", 2.5)), hex(string.pack("<f", math.huge))) -- expect: 0000000000000440	0000807f
print(string.unpack("<d", string.pack("<d", math.pi)) == math.pi) -- expect: true
print(string.unpack(">f", string.pack(">f", 0.5))) -- expect: 0.5	5
print(string.unpack("<n", string.pack("<n", -1e300))) -- expect: -1e+300	9
print((string.unpack("<f", string.pack("<f", 0.1))) == 0.1) -- expect: false
print(string.unpack("<d", string.pack("<d", 3))) -- expect: 3.0	9
