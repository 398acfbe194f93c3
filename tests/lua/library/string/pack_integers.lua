local function hex(s) return (s:gsub(".", function(c) return ("%02x"):format(c:byte()) end)) end
print(hex(string.pack("<i1i2i4i8", 1, 2, 3, 4))) -- expect: 010200030000000400000000000000
print(hex(string.pack(">i1i2i4i8", 1, 2, 3, 4)), hex(string.pack("<b", -1))) -- expect: 010002000000030000000000000004	ff
print(hex(string.pack("<B", 255))) -- expect: ff
print(hex(string.pack("<h", -2)), hex(string.pack("<H", 65535))) -- expect: feff	ffff
print(hex(string.pack("<l", -1)), hex(string.pack("<L", 1))) -- expect: ffffffffffffffff	0100000000000000
print(hex(string.pack("<j", math.mininteger)), hex(string.pack("<J", -1))) -- expect: 0000000000000080	ffffffffffffffff
print(hex(string.pack("<T", 7)), hex(string.pack("<i", 1)), hex(string.pack("<I", 1))) -- expect: 0700000000000000	01000000	01000000
print(hex(string.pack("<i3", -2)), hex(string.pack(">i3", 258))) -- expect: feffff	000102
print(hex(string.pack("<i16", -1)), hex(string.pack(">I16", 1))) -- expect: ffffffffffffffffffffffffffffffff	00000000000000000000000000000001
print(hex(string.pack("=I2", 258)), hex(string.pack("<I7", 1))) -- expect: 0201	01000000000000
print(string.unpack("<i1i2i4i8", string.pack("<i1i2i4i8", -1, -2, -3, -4))) -- expect: -1	-2	-3	-4	16
print(string.unpack("<B", "\xff")) -- expect: 255	2
print(string.unpack("<b", "\xff")) -- expect: -1	2
print(string.unpack("<H", "\xff\xff")) -- expect: 65535	3
print(string.unpack(">I3", "\1\2\3")) -- expect: 66051	4
print(string.unpack("<i16", ("\xff"):rep(16))) -- expect: -1	17
print(string.unpack("<J", ("\xff"):rep(8))) -- expect: -1	9
