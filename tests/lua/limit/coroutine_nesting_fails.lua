-- heavy
-- Coroutines within one another, as many as there may be, fail one after another; each adds a position to the message.
local count = 0
local function nest()
  count = count + 1
  coroutine.wrap(nest)()
end
for _ = 1, 2 do
  local ok, message = pcall(nest)
  print(ok, message:match("[^:]*$"))
  -- expect: false	 C stack overflow
  -- expect: false	 C stack overflow
end
