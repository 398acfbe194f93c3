for w in ("one two three"):gmatch("%a+") do print(w) end
-- expect: one
-- expect: two
-- expect: three
for k, v in ("a=1, b=2"):gmatch("(%w+)=(%w+)") do print(k, v) end
-- expect: a	1
-- expect: b	2
local n = 0
for _ in ("abc"):gmatch("") do n = n + 1 end
print(n) -- expect: 4
for c in ("abc"):gmatch("b", 3) do print("never") end
for c in ("abcb"):gmatch("b", -1) do print("last", c) end -- expect: last	b
for p in ("abc"):gmatch("()") do n = n + p end
print(n) -- expect: 14
local f = ("x y"):gmatch("%a")
print(f(), f(), f(), f()) -- expect: x	y	nil
print(pcall(string.gmatch)) -- expect: false	bad argument #1 to 'string.gmatch' (string expected, got no value)
print(pcall(string.gmatch, "x")) -- expect: false	bad argument #2 to 'string.gmatch' (string expected, got no value)
print(pcall(string.gmatch, "x", {})) -- expect: false	bad argument #2 to 'string.gmatch' (string expected, got table)
print(pcall(string.gmatch, "x", "y", "z")) -- expect: false	bad argument #3 to 'string.gmatch' (number expected, got string)
