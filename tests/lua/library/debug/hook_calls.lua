-- Call and return hooks, for Lua functions and natives.
local function f() end
local function g() return f() end
local function h() g() end
local events = {}
debug.sethook(function(event) events[#events + 1] = event end, "cr")
h()
math.sin(1)
pcall(error)
debug.sethook()
print(table.concat(events, " ")) -- expect: return call call tail call return return call return call call return call
