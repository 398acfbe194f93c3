print(string.format("%d|%5d|%-5d|%05d|%+d|% d|%.3d|%5.3d|%-+6d|", 42, 42, 42, 42, 42, 42, 7, 7, 7)) -- expect: 42|   42|42   |00042|+42| 42|007|  007|+7    |
print(string.format("%d %d %d", -1, math.maxinteger, math.mininteger)) -- expect: -1 9223372036854775807 -9223372036854775808
print(string.format("%i|%3i|%-3i|", 3, 4, 5)) -- expect: 3|  4|5  |
print(string.format("%d %d", 3.0, "10")) -- expect: 3 10
print(string.format("%x %X %#x %#X %08x %o %#o", 255, 255, 255, 255, 48879, 8, 8)) -- expect: ff FF 0xff 0XFF 0000beef 10 010
print(string.format("%x %o", -1, -1)) -- expect: ffffffffffffffff 1777777777777777777777
print(string.format("%.0d|%.0d|%+.2d", 0, 5, 3)) -- expect: |5|+03
