local iterator = string.gmatch("text", "t")
print(debug.getinfo(iterator, "u").nups, debug.getinfo(print, "u").nups) -- expect: 3	0
print(debug.getupvalue(iterator, 1)) -- expect: 	text
print(debug.getupvalue(iterator, 2)) -- expect: 	t
print(select("#", debug.getupvalue(iterator, 4)), select("#", debug.getupvalue(string.rep, 1))) -- expect: 0	0
local name, thread = debug.getupvalue(coroutine.wrap(print), 1)
print(name, type(thread)) -- expect: 	thread
local unnamed, package_table = debug.getupvalue(require, 1)
print(unnamed, package_table == package, debug.getinfo(require, "u").nups) -- expect: 	true	1
local id = debug.upvalueid(iterator, 1)
print(id ~= nil, id == debug.upvalueid(iterator, 1), id == debug.upvalueid(iterator, 2)) -- expect: true	true	false
print(debug.upvalueid(iterator, 4), debug.upvalueid(print, 1)) -- expect: nil	nil
local function f() return iterator end
print(pcall(debug.upvaluejoin, iterator, 1, f, 1)) -- expect: false	bad argument #1 to 'debug.upvaluejoin' (Lua function expected)
print(pcall(debug.upvaluejoin, print, 1, f, 1)) -- expect: false	bad argument #2 to 'debug.upvaluejoin' (invalid upvalue index)
