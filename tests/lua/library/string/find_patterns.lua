print(("hello"):find("l+"), ("hello"):find("(l)(l)"), ("hello"):find("()l()"), ("key = value"):find("(%w+)%s*=%s*(%w+)")) -- expect: 3	3	3	1	11	key	value
print(("hello"):find("^h"), ("hello"):find("^e"), ("hello"):find("o$"), ("hello"):find("l$"), ("a^b"):find("a^"), ("a$b"):find("$b")) -- expect: 1	nil	5	nil	1	2	3
print((" x"):find("%S"), ("x1"):find("%d"), ("abc"):find("[b-c]"), ("abc"):find("[^a]"), ("a-b"):find("[a%-]", 2), ("]"):find("[]]"), ("^"):find("[%^]")) -- expect: 2	2	2	2	2	1	1	1
print(("abc"):find("b", 1, false), ("äö"):find("ö"), ("x"):find(".-"), ("xyz"):find(".-z"), (""):find("^$"), ("x\ny"):find("x.y")) -- expect: 2	3	1	1	1	1	3
