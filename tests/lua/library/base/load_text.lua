print(load("return 1 + 1")()) -- expect: 2
print(load("local a, b = ... return b, a")(1, 2)) -- expect: 2	1
print(type(load("x = 5")), x) -- expect: function	nil
print(load("return ...")()) -- expect:
print(load("syntax error here")) -- expect: nil	[string "syntax error here"]:1: syntax error near 'error'
print(load("return 'named'", "=chunk")()) -- expect: named
print(select("#", load("return"))) -- expect: 1
