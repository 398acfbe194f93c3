print(select("#", warn("@off"))) -- expect: 0
print(pcall(warn)) -- expect: false	bad argument #1 to 'warn' (string expected, got no value)
print(pcall(warn, 5, {})) -- expect: false	bad argument #2 to 'warn' (string expected, got table)
print(select("#", warn("@unknown control"))) -- expect: 0
