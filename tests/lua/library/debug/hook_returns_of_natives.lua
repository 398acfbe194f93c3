-- Natives that the interpreter carries out itself return like others.
local events
local function hook(event)
  local info = debug.getinfo(2, "n")
  events[#events + 1] = event .. " " .. tostring(info.name)
end
local function trace(f)
  events = {}
  debug.sethook(hook, "cr")
  f()
  debug.sethook()
  print(table.concat(events, ", ", 3, #events - 2))
end
local function f() end
trace(function() pcall(f) end) -- expect: call pcall, call nil, return nil, return pcall
trace(function() pcall(error) end) -- expect: call pcall, call nil, return pcall
trace(function() xpcall(f, f) end) -- expect: call xpcall, call nil, return nil, return xpcall
trace(function() coroutine.close(coroutine.create(f)) end) -- expect: call create, return create, call close, return close
trace(function() coroutine.wrap(f)() end) -- expect: call wrap, return wrap, call nil, return nil
trace(function() return string.rep("x", 2) end) -- expect: call rep, return rep
local co = coroutine.create(function() coroutine.yield() end)
events = {}
debug.sethook(co, hook, "cr")
repeat until not coroutine.resume(co)
print(table.concat(events, ", ")) -- expect: call nil, call yield, return yield, return nil
