-- Numbers are accepted where strings are, and the reverse.
print(("x"):rep("2"), string.len(123), string.upper(1.5), string.rep(7, 3)) -- expect: xx	3	1.5	777
print(string.sub(12345, 2, 3), string.byte(7), string.find(12345, 34)) -- expect: 23	55	3	4
print(string.reverse(-12)) -- expect: 21-
print(string.format("%d", "12"), string.format("%s", 12)) -- expect: 12	12
print(string.format("%5.1f", "3.14159"), ("5" + 0) | 0, table.concat({ 1, 2.5 }, 0)) -- expect:   3.1	5	102.5
print(#(12 .. "")) -- expect: 2
print(pcall(string.rep, "x", "2.5")) -- expect: false	bad argument #2 to 'string.rep' (number has no integer representation)
print(("10"):rep(2) + 1, "0x10" * 1, tostring("x" == 1), 10 == "10") -- expect: 1011	16	false	false
