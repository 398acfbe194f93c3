local s = "a\0b\0"
print(#s, s == "a\0b\0", s == "a", s:byte(2), s:find("\0", 1, true), s:find("b")) -- expect: 4	true	false	0	2	3	3
print(("%s"):format(s) == s, s:upper() == "A\0B\0", s.rev == nil, s:reverse() == "\0b\0a") -- expect: true	true	true	true
print(("a\0b" < "a\0c"), ("a\0" > "a"), #(s .. s), s:gsub("%z", "0")) -- expect: true	true	8	a0b0	2
print(s:gsub("\0", "-")) -- expect: a-b-	2
local t = { [s] = "key" }
print(t["a\0b\0"], t["a"]) -- expect: key	nil
