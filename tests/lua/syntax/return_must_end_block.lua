print(select(2, load("return 1 print(2)"))) -- expect: [string "return 1 print(2)"]:1: <eof> expected near 'print'
print(load("do return 1 end return 2")()) -- expect: 1
print(load("return")(), select("#", load("return")())) -- expect: nil	0
print(load("return;")() == nil, select(2, load("return;;"))) -- expect: true	[string "return;;"]:1: <eof> expected near ';'
