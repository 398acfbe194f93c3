-- What a protected call of a Lua function returns, wherever it is called and however many results are wanted.
local function none() end
local function one(a) return a end
local function three(a, b, c) return a, b, c end
local function many(...) return ... end
pcall(none)
local a, b, c, d, e = pcall(three, 1, 2, 3)
print(a, b, c, d, e)  -- expect: true	1	2	3	nil
local first = pcall(three, 1, 2, 3)
print(first)  -- expect: true
print(pcall(none))  -- expect: true
print((pcall(three, 1, 2, 3)))  -- expect: true
print(pcall(one))  -- expect: true	nil
print(pcall(many, 1, nil, 3, nil))  -- expect: true	1	nil	3	nil
print(select("#", pcall(many, table.unpack({}, 1, 200))))  -- expect: 201
local t = {pcall(three, 1, 2, 3)}
print(#t, t[4])  -- expect: 4	3
local x, y, z = 7, pcall(one, 8)
print(x, y, z)  -- expect: 7	true	8

print(xpcall(three, print, 1, 2, 3))  -- expect: true	1	2	3
local p, q, r = xpcall(one, print, 5)
print(p, q, r)  -- expect: true	5	nil

-- Nested, as a tail call, as a coroutine, a metamethod, an iterator, a comparator, and where it was called by a native.
print(pcall(pcall, three, 1, 2))  -- expect: true	true	1	2	nil
print(pcall(function() return pcall(one, 1) end))  -- expect: true	true	1
local function tail(...) return pcall(many, ...) end
print(tail(1, 2))  -- expect: true	1	2
print(coroutine.wrap(pcall)(three, 1, 2, 3))  -- expect: true	1	2	3
local co = coroutine.wrap(pcall)
print(co(function(v) return coroutine.yield(v), "end" end, "first"))  -- expect: first
print(co("second"))  -- expect: true	second	end
local callable = setmetatable({}, {__call = one, __index = pcall, __add = pcall, __lt = pcall, __len = pcall})
print(callable.x, callable + 1, callable < callable, #callable)  -- expect: true	true	true	true
for ok, v in pcall, one, 3 do
  print(ok, v)  -- expect: true	3
  break
end
local list = {3, 1, 2}
table.sort(list, function(l, m) local ok, less = pcall(function() return l < m end) return ok and less end)
print(table.concat(list, " "))  -- expect: 1 2 3
print((("abc"):gsub(".", function(s) local _, v = pcall(one, s .. s) return v end)))  -- expect: aabbcc

-- Hooks hear of the function's and of the protected call's return.
local heard = {}
local hook = function(event) heard[#heard + 1] = event end
debug.sethook(hook, "cr")
local u, v = pcall(one, 9)
debug.sethook()
print(u, v, table.concat(heard, " "))  -- expect: true	9	return call call return return call
