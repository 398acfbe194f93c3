-- A coroutine's hook is called only there, across yields.
local lines = {}
local co = coroutine.create(function()
  local a = 1
  coroutine.yield(a)
  a = 2
  return a
end)
debug.sethook(co, function(event, line) lines[#lines + 1] = line end, "l")
coroutine.resume(co)
print(table.concat(lines, " ")) -- expect: 4 5
coroutine.resume(co)
print(table.concat(lines, " "), debug.gethook()) -- expect: 4 5 6 7	nil
