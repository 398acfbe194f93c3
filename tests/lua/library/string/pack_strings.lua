local function hex(s) return (s:gsub(".", function(c) return ("%02x"):format(c:byte()) end)) end
print(hex(string.pack("z", "abc")), hex(string.pack("s1", "abc")), hex(string.pack("<s2", "abc")), hex(string.pack(">s4", "ab")), hex(string.pack("c5", "abc")), hex(string.pack("c3", "abc")), #string.pack("s", "xyz")) -- expect: 61626300	03616263	0300616263	000000026162	6162630000	616263	11
print(string.unpack("z", "abc\0def")) print(string.unpack("s1", "\3abcd")) print(string.unpack("<s2", "\2\0xy")) print(string.unpack("c3", "abcdef")) print(string.unpack("zB", "hi\0\5")) print(string.unpack("c0", "")) print(string.unpack("s1s1", "\1a\1b"))
-- expect: abc	5
-- expect: abc	5
-- expect: xy	5
-- expect: abc	4
-- expect: hi	5	5
-- expect: 	1
-- expect: a	b	5
