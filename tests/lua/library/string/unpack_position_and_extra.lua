print(string.unpack("<I2", "\1\2\3\4")) -- expect: 513	3
print(string.unpack("<I2", "\1\2\3\4", 3)) -- expect: 1027	5
print(string.unpack("<I2", "\1\2\3\4", -2)) -- expect: 1027	5
print(pcall(string.unpack, "<I2", "\1\2\3\4", 4)) -- expect: false	bad argument #2 to 'string.unpack' (data string too short)
print(pcall(string.unpack, "<I2", "\1\2\3\4", 6)) -- expect: false	bad argument #3 to 'string.unpack' (initial position out of string)
print(string.unpack("", "abc", -1)) -- expect: 3
print(string.unpack("<i8", string.pack("<i8", math.mininteger))) -- expect: -9223372036854775808	9
print(string.unpack("<I8", "\255\255\255\255\255\255\255\255")) -- expect: -1	9
print(string.unpack(">I5", "\1\0\0\0\0")) -- expect: 4294967296	6
print(string.unpack("<i5", "\255\255\255\255\255")) -- expect: -1	6
