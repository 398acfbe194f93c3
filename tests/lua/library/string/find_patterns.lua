print(("hello"):find("l+"), ("hello"):find("(l)(l)"), ("hello"):find("()l()")) -- expect: 3	3	3	3	3	4
print(("key = value"):find("(%w+)%s*=%s*(%w+)")) -- expect: 1	11	key	value
print(("hello"):find("^h"), ("hello"):find("^e"), ("hello"):find("o$")) -- expect: 1	nil	5	5
print(("hello"):find("l$"), ("a^b"):find("a^"), ("a$b"):find("$b")) -- expect: nil	1	2	3
print((" x"):find("%S"), ("x1"):find("%d"), ("abc"):find("[b-c]"), ("abc"):find("[^a]")) -- expect: 2	2	2	2	2
print(("a-b"):find("[a%-]", 2), ("]"):find("[]]"), ("^"):find("[%^]")) -- expect: 2	1	1	1
print(("abc"):find("b", 1, false), ("äö"):find("ö"), ("x"):find(".-")) -- expect: 2	3	1	0
print(("xyz"):find(".-z"), (""):find("^$"), ("x\ny"):find("x.y")) -- expect: 1	1	1	3
