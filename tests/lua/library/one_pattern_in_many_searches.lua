-- Searches for one pattern within one another, unfinished ones, and failed ones do not disturb each other.
local function digits(s) return (s:gsub("%d", function(d) return (d .. d):gsub("%d", "<%0>") end)) end
print(digits("a1b2"))  -- expect: a<1><1>b<2><2>
print((("a1b2"):gsub("%d", setmetatable({}, {__index = function(_, d) return (("9" .. d):gsub("%d", "[%0]")) end}))))
-- expect: a[9][1]b[9][2]
for outer in ("ab cd"):gmatch("%a+") do
  for inner in (outer .. " x"):gmatch("%a+") do io.write(outer, "/", inner, " ") end
  io.write((("e f"):match("%a+")), ";")
end
print()  -- expect: ab/ab ab/x e;cd/cd cd/x e;

-- Iterators in turn, and one that is left.
local first, second = ("1 2 3"):gmatch("%d"), ("4 5 6"):gmatch("%d")
print(first(), second(), first(), ("7"):match("%d"), second(), first(), second(), first(), second())
-- expect: 1	4	2	7	5	3	6	nil
for _ in ("1 2 3"):gmatch("%d") do break end
print(("8 9"):gsub("%d", "x"))  -- expect: x x	2

-- Errors: in a callback, of the replacement, of the pattern.
print(pcall(string.gsub, "a1", "%d", function() error("no", 0) end))  -- expect: false	no
print(pcall(string.gsub, "a1", "%d", function() return {} end))  -- expect: false	invalid replacement value (a table)
print(pcall(string.gsub, "a1", "(%d", "%1"))  -- expect: false	unfinished capture
print(pcall(string.find, "a1", "(%d"))  -- expect: false	unfinished capture
print(pcall(string.find, "1", "[%d"))  -- expect: false	malformed pattern (missing ']')
print(pcall(string.find, "a", "a[%d"))  -- expect: false	malformed pattern (missing ']')
print(("a1"):gsub("%d", "%0%0"), ("a1"):find("%d"))  -- expect: a11	2	2

-- A search that waits in a callback, while others use its pattern.
local co = coroutine.wrap(function() return ("1 2"):gsub("%d", coroutine.yield) end)
print(co())  -- expect: 1
print((("3 4"):gsub("%d", "x")), co("one"), (("5"):match("%d")), co("two"))  -- expect: x x	2	5	one two	2

-- Some with many items, and long captures.
local long = ("a?"):rep(300)
for _ = 1, 3 do print(#("a"):rep(200):match(long), #("b" .. ("c"):rep(70000)):match("b(.*)")) end
-- expect: 200	70000
-- expect: 200	70000
-- expect: 200	70000
