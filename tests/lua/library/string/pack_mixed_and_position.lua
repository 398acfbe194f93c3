local s = string.pack("<i4 z s2 d", 100, "zero", "counted", 1.25)
print(#s, string.unpack("<i4 z s2 d", s)) -- expect: 26	100	zero	counted	1.25	27
print(string.unpack("<i4", s, 1)) -- expect: 100	5
print(string.unpack("z", s, 5)) -- expect: zero	10
print(string.unpack("<d", s, -8)) -- expect: 1.25	27
print(string.unpack("", s)) -- expect: 1
print(string.unpack("B", "abc", 3)) -- expect: 99	4
print(string.unpack("", "abc", 4)) -- expect: 4
print(string.unpack("BB", "abc", -2)) -- expect: 98	99	4
print(string.unpack("> i2 < i2 = i2", "\0\1\1\0" .. string.pack("=i2", 1))) -- expect: 1	1	1	7
