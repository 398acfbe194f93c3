local f = load("local a, b = ... return b, a, select('#', ...)")
print(f()) -- expect: nil	nil	0
print(f(1, 2, 3)) -- expect: 2	1	3
print(select("#", ...)) -- expect: 0
