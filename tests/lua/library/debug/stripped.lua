local function stripped(source) return load(string.dump(load(source), true)) end
print(stripped([[
local print = print
local a = 12
print((debug.getlocal(1, 1)))
print(debug.getlocal(1, 2))
local f = function() local x return a end
print(debug.getupvalue(f, 1))
local info = debug.getinfo(f)
print(info.name, info.linedefined, info.lastlinedefined, info.short_src, info.source, info.currentline)
print(debug.getinfo(1).currentline, next(debug.getinfo(f, "L").activelines))
print(pcall(function() local x = nil + 1 end))
print(pcall(function() error("message") end))
print(pcall(function() a.b.c = 1 end))
print(pcall(function() none.b.c = 1 end))
return a
]])())
-- expect: (temporary)
-- expect: (temporary)	12
-- expect: (no name)	12
-- expect: nil	5	5	?	=?	-1
-- expect: -1	nil
-- expect: false	?:-1: attempt to perform arithmetic on a nil value
-- expect: false	message
-- expect: false	?:-1: attempt to index a number value (upvalue '?')
-- expect: false	?:-1: attempt to index a nil value (field 'none')
-- expect: 12
