local s = "hello"
print(#s, s .. " world", s == "hello", s < "help", s:upper(), ("x"):rep(3)) -- expect: 5	hello world	true	true	HELLO	xxx
print(s:len(), string.len(s), #"", ("é"):len()) -- expect: 5	5	0	2
print("a" < "b", "a" < "B", "" < "a", "abc" < "abcd", "10" < "9") -- expect: true	false	true	true	true
