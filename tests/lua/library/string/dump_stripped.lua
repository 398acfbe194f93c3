-- A stripped function has no names and no lines, so messages of natives have no position.
local function strip(source, ...) return assert(load(string.dump(assert(load(source)), true), ...)) end

print(pcall(strip("local a; a.b = 1"))) -- expect: false	?:-1: attempt to index a nil value
print(pcall(strip("local a; local function f() return a.b end; a = nil; f()"))) -- expect: false	?:-1: attempt to index a nil value (upvalue '?')
print(pcall(strip("undefined()"))) -- expect: false	?:-1: attempt to call a nil value (field 'undefined')
print(pcall(strip("local t = {}; t:method()"))) -- expect: false	?:-1: attempt to call a nil value (method 'method')
print(pcall(strip("local t = {}; return t.x.y"))) -- expect: false	?:-1: attempt to index a nil value (field 'x')
print(pcall(strip("return 1 < {}"))) -- expect: false	?:-1: attempt to compare number with table
print(pcall(strip("for i = 1, 10, 0 do end"))) -- expect: false	?:-1: 'for' step is zero
print(pcall(strip("for i in 1 do end"))) -- expect: false	?:-1: attempt to call a number value (for iterator 'for iterator')
print(pcall(strip("local a <close> = 42"))) -- expect: false	?:-1: variable '(temporary)' got a non-closable value
print(pcall(strip("error('text')"))) -- expect: false	text
print(pcall(strip("string.rep()"))) -- expect: false	bad argument #1 to 'rep' (string expected, got no value)

local f = strip("local a, b = ...; local function g() return a, b end; return g", "=name")
local info = debug.getinfo(f)
print(info.source, info.short_src, info.linedefined, info.currentline, info.what) -- expect: =?	?	0	-1	main
print(next(debug.getinfo(f, "L").activelines), debug.getlocal(f, 1)) -- expect: nil	nil
local g = f(1, 2)
print(debug.getupvalue(g, 1)) -- expect: (no name)	1
print(debug.getupvalue(g, 2)) -- expect: (no name)	2
info = debug.getinfo(g)
print(info.linedefined, info.lastlinedefined, info.nups, info.what) -- expect: 1	1	2	Lua

-- The values exist, without names.
print(strip("local d, a = ..., 12; return d.getlocal(1, 1)")(debug) == "(temporary)") -- expect: true
print(strip("local d, a = ..., 12; return d.getlocal(1, 2)")(debug)) -- expect: (temporary)	12
print((strip("local function f() return debug.traceback('trace') end; local text = f(); return text")():gsub("\n.-$", ""))) -- expect: trace
print((strip("local function f() local text = debug.traceback('trace') return text end; local text = f(); return text")():match("\n(.-\n.-)\n")))
-- expect: stack traceback:
-- expect: 	?: in function <?:1>
