local t = {
  [0] = "zero", "one", "two", [255] = "byte", [256] = "more", [65535] = "wide", [65536] = "wider",
  [-1] = "minus",
}
print(t[0], t[1], t[2], t[3]) -- expect: zero	one	two	nil
print(t[255], t[256], t[65535], t[65536], t[-1]) -- expect: byte	more	wide	wider	minus
local s = setmetatable({}, { __index = function(_, k) return k * 2 end })
print(s[1], s[0], s[255]) -- expect: 2	0	510
