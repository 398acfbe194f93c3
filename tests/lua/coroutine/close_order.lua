local log = {}
local function closer(n) return setmetatable({}, { __close = function() log[#log + 1] = n end }) end
local co = coroutine.create(function()
  local a <close> = closer("a")
  local function inner() local b <close> = closer("b") do local c <close> = closer("c") coroutine.yield() end end
  inner()
end)
coroutine.resume(co)
coroutine.close(co)
print(table.concat(log, " ")) -- expect: c b a
