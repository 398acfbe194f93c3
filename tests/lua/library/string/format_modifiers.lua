print(string.format("|%+5d|%-5d|% 5d|%05d|%5.3d|%-+5d|", 42, 42, 42, 42, 42, 42)) -- expect: |  +42|42   |   42|00042|  042|+42  |
print(string.format("|%#5x|%-6X|%06o|%#o|%.5x|", 255, 255, 8, 8, 255)) -- expect: | 0xff|FF    |000010|010|000ff|
print(string.format("|%+8.2f|%-8.2f|%08.2f|% .1e|%#.0f|%+g|", 3.14159, 3.14159, 3.14159, 12345.678, 3.0, 0.5)) -- expect: |   +3.14|3.14    |00003.14| 1.2e+04|3.|+0.5|
print(string.format("|%10.4s|%-10.4s|%.0s|%3s|", "abcdefgh", "abcdefgh", "gone", "longer")) -- expect: |      abcd|abcd      ||longer|
print(string.format("|%5c|%-5c|%c|", 65, 66, 67)) -- expect: |    A|B    |C|
print(string.format("|%20.10a|%-12a|", 1.0, 0.5)) -- expect: |   0x1.0000000000p+0|0x1p-1      |
