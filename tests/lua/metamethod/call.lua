local t = setmetatable({}, { __call = function(self, a, b) return self.n, a, b end })
t.n = 5
print(t(1), t(1, 2), (t())) -- expect: 5	5	5
print(pcall(t, "x")) -- expect: true	5	x	nil
print(select("#", t(nil, nil))) -- expect: 3
print(pcall(setmetatable({}, { __call = 5 }))) -- expect: false	attempt to call a number value
print(pcall(setmetatable({}, {}))) -- expect: false	attempt to call a table value
local o = { m = t }
print(select("#", o:m()), select(2, o:m()) == o) -- expect: 3	true
