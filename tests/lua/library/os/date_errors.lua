print(pcall(os.date, "%Q")) -- expect: false	bad argument #1 to 'os.date' (invalid conversion specifier '%Q')
print(pcall(os.date, "%")) -- expect: false	bad argument #1 to 'os.date' (invalid conversion specifier '%')
print(pcall(os.date, "%E")) -- expect: false	bad argument #1 to 'os.date' (invalid conversion specifier '%E')
print(pcall(os.date, "%Ez")) -- expect: false	bad argument #1 to 'os.date' (invalid conversion specifier '%Ez')
print(pcall(os.date, "%O")) -- expect: false	bad argument #1 to 'os.date' (invalid conversion specifier '%O')
print(pcall(os.date, {})) -- expect: false	bad argument #1 to 'os.date' (string expected, got table)
print(pcall(os.date, "!%Y", "x")) -- expect: false	bad argument #2 to 'os.date' (number expected, got string)
print(pcall(os.date, "!%Y", 1.5)) -- expect: false	bad argument #2 to 'os.date' (number has no integer representation)
print(pcall(os.date, "*t", 1 << 60)) -- expect: false	date result cannot be represented in this installation
print(pcall(os.date, "%", 1)) -- expect: false	bad argument #1 to 'os.date' (invalid conversion specifier '%')
print(pcall(os.date, "!%Y", 1 << 62)) -- expect: false	date result cannot be represented in this installation
