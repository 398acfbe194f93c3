local function hook(event)
  local info = debug.getinfo(2, "rS")
  local values = {}
  for number = info.ftransfer, info.ftransfer + info.ntransfer - 1 do
    values[#values + 1] = tostring(select(2, debug.getlocal(2, number)))
  end
  print(event, info.what, table.concat(values, " "))
end
local function forward(_, ...) return ... end
local function outer() return forward("a", "b", "c") end
local function watch(f, ...)
  debug.sethook(hook, "cr")
  f(...)
  debug.sethook()
end
watch(math.max, 1, 3, 2)
-- expect: return	C	
-- expect: call	C	1 3 2
-- expect: return	C	3
-- expect: call	C	
watch(outer)
-- expect: return	C	
-- expect: call	Lua	
-- expect: tail call	Lua	a
-- expect: return	Lua	b c
-- expect: call	C	
