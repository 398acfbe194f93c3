print(("THE (quick) fox"):gsub("%f[%a]%a+", string.lower), ("hello world"):gsub("%f[%w]%w", string.upper)) -- expect: the (quick) fox	Hello World	2
print(("foo.bar"):find("%f[%.]"), ("[x]"):find("%f[%]]"), ("abc"):find("%f[%z]")) -- expect: 4	3	4	3
print((""):find("%f[%z]"), ("aab"):gsub("%f[a]a", "x")) -- expect: nil	xab	1
print(("if (a and (b or c)) then"):match("%b()"), ("((x)"):match("%b()")) -- expect: (a and (b or c))	(x)
print(("x"):match("%bxx"), ("{a{b}c}"):gsub("%b{}", "-"), ("'q'"):match("%b''")) -- expect: nil	-	'q'
