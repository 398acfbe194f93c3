local key, f, co = {}, print, coroutine.create(print)
local t = {
  [key] = "table",
  [f] = "function",
  [co] = "thread",
  [true] = "true",
  [false] = "false",
  [1] = "int",
  [1.5] = "float",
  s = "string",
  [-1] = "negative",
  [math.mininteger] = "min",
  [io.stdout] = "userdata",
}
print(t[key], t[f], t[co], t[true], t[false], t[1], t[1.5], t.s, t[-1], t[math.mininteger], t[io.stdout]) -- expect: table	function	thread	true	false	int	float	string	negative	min	userdata
print(t[{}], t[nil], t["1"], t[2]) -- expect: nil	nil	nil	nil
local n = 0
for _ in pairs(t) do n = n + 1 end
print(n) -- expect: 11
