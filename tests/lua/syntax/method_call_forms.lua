local o = { v = 3 }
function o:m(x) return self.v, x end
print(o:m(1)) -- expect: 3	1
print(o:m "s") -- expect: 3	s
print(o:m { 1 } == 3) -- expect: true
print(o:m [[long]]) -- expect: 3	long
print(o.m(o, 2)) -- expect: 3	2
local s = "str"
print(s:upper():lower():len(), ("x"):rep(3), #s:rep(2)) -- expect: 3	xxx	6
local r = o
  :m(5)
print(r) -- expect: 3
