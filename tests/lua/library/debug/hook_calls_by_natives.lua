-- A hook is told of each call by a native, even of calls in direct succession.
local count = 0
local function told(event)
  if debug.getinfo(2, "S").what == "Lua" then count = count + 1 end
end
local function less(a, b) return a < b end
local function same(c) return c end
debug.sethook(told, "c")
table.sort({1, 2, 3}, less)
string.gsub("abcd", ".", same)
debug.sethook()
print(count) -- expect: 7
