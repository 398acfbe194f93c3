print(("abc"):gsub("^a", "x"), ("aaa"):gsub("^a", "x"), ("abc"):gsub("c$", "x")) -- expect: xbc	xaa	abx	1
print(("a$c"):gsub("$c", "x"), ("a$"):match("a%$"), ("^a"):match("%^a")) -- expect: ax	a$	^a
for w in ("one two"):gmatch("^%a+") do print(w) end
print(("abc"):find("^b", 2), ("abc"):match("^(b)", 2), ("x^"):find("x^"), (""):find("^"), (""):gsub("$", "end")) -- expect: 2	b	1	1	end	1
