-- Most conversions look at their argument before flags, width and precision; `%c` and `%a` do not.
print(pcall(string.format, "%0.4s", "a\0b")) -- expect: false	bad argument #2 to 'string.format' (string contains zeros)
print(pcall(string.format, "%0.4s", "ab")) -- expect: false	invalid conversion specification: '%0.4s'
print(pcall(string.format, "%#d", {})) -- expect: false	bad argument #2 to 'string.format' (number expected, got table)
print(pcall(string.format, "%#d", 1)) -- expect: false	invalid conversion specification: '%#d'
print(pcall(string.format, "%0123f", "x")) -- expect: false	bad argument #2 to 'string.format' (number expected, got string)
print(pcall(string.format, "%0123a", "x")) -- expect: false	invalid conversion specification: '%0123a'
print(pcall(string.format, "%0c", "x")) -- expect: false	invalid conversion specification: '%0c'
