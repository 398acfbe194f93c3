local function f(a, b, ...) return debug.getinfo(1, "nSlutf") end
local info = f(1)
print(info.name, info.namewhat) -- expect: f	local
print(info.short_src, info.what) -- expect: getinfo.lua	Lua
print(info.linedefined, info.lastlinedefined, info.currentline) -- expect: 1	1	1
print(info.nups, info.nparams, info.isvararg, info.istailcall, info.func == f) -- expect: 1	2	true	false	true
local native = debug.getinfo(print)
print(native.what, native.short_src, native.currentline, native.func == print) -- expect: C	[C]	-1	true
print(debug.getinfo(100)) -- expect: nil
print(pcall(debug.getinfo, 1, "X")) -- expect: false	bad argument #2 to 'debug.getinfo' (invalid option)
