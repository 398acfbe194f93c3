print(string.unpack("<I2", "\1\2\3\4")) print(string.unpack("<I2", "\1\2\3\4", 3)) print(string.unpack("<I2", "\1\2\3\4", -2)) print(pcall(string.unpack, "<I2", "\1\2\3\4", 4)) print(pcall(string.unpack, "<I2", "\1\2\3\4", 6)) print(string.unpack("", "abc", -1))
-- expect: 513	3
-- expect: 1027	5
-- expect: 1027	5
-- expect: false	bad argument #2 to 'string.unpack' (data string too short)
-- expect: false	bad argument #3 to 'string.unpack' (initial position out of string)
-- expect: 3
print(string.unpack("<i8", string.pack("<i8", math.mininteger))) print(string.unpack("<I8", "\255\255\255\255\255\255\255\255")) print(string.unpack(">I5", "\1\0\0\0\0")) print(string.unpack("<i5", "\255\255\255\255\255"))
-- expect: -9223372036854775808	9
-- expect: -1	9
-- expect: 4294967296	6
-- expect: -1	6
