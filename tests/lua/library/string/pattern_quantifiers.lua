print(("aaa"):match("a?"), ("aaa"):match("a*"), ("aaa"):match("a+"), ("aaa"):match("a-") == "") -- expect: a	aaa	aaa	true
print(("baaa"):match("a*") == "", ("baaa"):match("^ba-$")) -- expect: true	baaa
print(("<b>x</b><b>y</b>"):match("<b>(.-)</b>"), ("<b>x</b><b>y</b>"):match("<b>(.*)</b>")) -- expect: x	x</b><b>y
print(("aXbX"):gsub("X?", "-"), ("abc"):gsub("%w*", "-"), ("abc"):gsub("", "-"), ("abc"):gsub(".-", "x")) -- expect: -a-b-	-	-a-b-c-	xaxbxcx	4
print(("a.b.c"):gsub("%.", "/"), ("a b"):match("a%s?b"), ("ab"):match("a%s?b"), ("1+1"):match("%d+%+%d+")) -- expect: a/b/c	a b	ab	1+1
