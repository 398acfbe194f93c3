print(("hello"):match("()ll()"), ("hello"):gsub("()", "%1"), ("abc"):find("()$"), ("abc"):match("^()")) -- expect: 3	1h2e3l4l5o6	4	1
for p, w, q in ("ab cd"):gmatch("()(%a+)()") do print(p, w, q) end
-- expect: 1	ab	3
-- expect: 4	cd	6
