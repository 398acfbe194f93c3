print(select("#", warn("@off"))) -- expect: 0
print(pcall(warn)) print(pcall(warn, 5, {})) print(select("#", warn("@unknown control")))
-- expect: false	bad argument #1 to 'warn' (string expected, got no value)
-- expect: false	bad argument #2 to 'warn' (string expected, got table)
-- expect: 0
