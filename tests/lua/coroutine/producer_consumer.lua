local function producer()
  return coroutine.create(function() for _, item in ipairs { "x", "y", "z" } do coroutine.yield(item) end end)
end
local function filter(from)
  return coroutine.create(function()
    local n = 0
    while true do
      local _, item = coroutine.resume(from)
      if not item then return end
      n = n + 1
      coroutine.yield(n .. ":" .. item)
    end
  end)
end
local f = filter(producer())
while true do local _, item = coroutine.resume(f) if not item then break end print(item) end
-- expect: 1:x
-- expect: 2:y
-- expect: 3:z
