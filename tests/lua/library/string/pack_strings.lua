local function hex(s) return (s:gsub(".", function(c) return ("%02x"):format(c:byte()) end)) end
print(hex(string.pack("z", "abc")), hex(string.pack("s1", "abc"))) -- expect: 61626300	03616263
print(hex(string.pack("<s2", "abc")), hex(string.pack(">s4", "ab"))) -- expect: 0300616263	000000026162
print(hex(string.pack("c5", "abc")), hex(string.pack("c3", "abc"))) -- expect: 6162630000	616263
print(#string.pack("s", "xyz")) -- expect: 11
print(string.unpack("z", "abc\0def")) -- expect: abc	5
print(string.unpack("s1", "\3abcd")) -- expect: abc	5
print(string.unpack("<s2", "\2\0xy")) -- expect: xy	5
print(string.unpack("c3", "abcdef")) -- expect: abc	4
print(string.unpack("zB", "hi\0\5")) -- expect: hi	5	5
print(string.unpack("c0", "")) -- expect: 	1
print(string.unpack("s1s1", "\1a\1b")) -- expect: a	b	5
