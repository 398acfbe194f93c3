-- Joining many arguments takes several steps. The text goes to the error output; this only shows that it continues.
local numbers = {}
for i = 1, 300 do numbers[i] = i end
warn(table.unpack(numbers))
print(pcall(warn, "a", {})) -- expect: false	bad argument #2 to 'warn' (string expected, got table)
print(pcall(warn)) -- expect: false	bad argument #1 to 'warn' (string expected, got no value)
print(select("#", warn("a", 1, 2.5))) -- expect: 0
