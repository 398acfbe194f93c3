local function hex(s) return (s:gsub(".", function(c) return ("%02x"):format(c:byte()) end)) end
print(hex(string.pack("<!4 b i4", 1, 2)), hex(string.pack("<!2 b i4", 1, 2))) -- expect: 0100000002000000	010002000000
print(hex(string.pack("<!8 b d", 1, 1)), hex(string.pack("<b x b", 1, 2))) -- expect: 0100000000000000000000000000f03f	010002
print(hex(string.pack("<!4 b Xi4", 1)), hex(string.pack("<! b i8", 1, 2))) -- expect: 01000000	01000000000000000200000000000000
print(hex(string.pack("<b i4", 1, 2))) -- expect: 0102000000
print(string.packsize("<!4 b i4"), string.packsize("b i4"), string.packsize("!8 b d b")) -- expect: 8	5	17
print(string.packsize("i1i2i3i4"), string.packsize("xxx"), string.packsize("c10")) -- expect: 10	3	10
print(string.packsize(""), string.packsize("<!8 i4 Xd"), string.packsize("j n")) -- expect: 0	8	16
print(string.packsize("b h i l")) -- expect: 15
print(string.unpack("<!4 b i4", string.pack("<!4 b i4", 1, 2))) -- expect: 1	2	9
print(string.unpack("< b x b", "\1\0\2")) -- expect: 1	2	4
print(string.unpack("<!4 b Xi4 b", "\1\0\0\0\2")) -- expect: 1	2	6
