print(("hello hello"):match("(%w+) %1"), ("abab"):match("(ab)%1")) -- expect: hello	ab
print(([[he said "hi" and 'bye']]):match([[(["'])(.-)%1]])) -- expect: "	hi
print(("aa bb cd"):gsub("(%a)%1", "<%0>")) -- expect: <aa> <bb> cd	2
print(("xyzxyz"):find("^(...)%1$"), ("abc"):match("(.)%1")) -- expect: 1	nil
print(pcall(string.match, "x", "%1"), pcall(string.match, "x", "(%1)")) -- expect: false	false	invalid capture index %1
print(pcall(string.match, "x", "(x)%2")) -- expect: false	invalid capture index %2
