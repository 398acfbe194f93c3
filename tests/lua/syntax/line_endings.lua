-- Each of \n, \r, \r\n and \n\r ends one line.
local f = load("return\r\n1\r+\n\r2")
print(f()) -- expect: 3
local ok, message = load("a = 1\r\nb = 2\n\rc = 3\rd d", "=c")
print(message) -- expect: c:4: syntax error near 'd'
print(#load("return [[a\r\nb\rc\n\rd]]")(), load("return [[a\r\nb]]")() == "a\nb") -- expect: 7	true
print(load("return 'a\\\r\nb'")() == "a\nb") -- expect: true
