-- hostile: fuel=300M memory=32M libraries=all expect=ok
-- Coroutines with hooks, deep stacks, open upvalues and variables to be closed; wrapped in one another.
local function deep(n, f) if n == 0 then return f() end local a, b, c = n, n, n return deep(n - 1, f), a, b, c end
for round = 1, 3 do
  local kept = {}
  local fine, message = pcall(function()
    for i = 1, 20000 do
      local c = coroutine.create(function()
        local guard <close> = setmetatable({}, { __close = function() coroutine.yield() end })
        local up = { i }
        kept[-i] = function() return up, guard end
        deep(i % 200, coroutine.yield)
      end)
      debug.sethook(c, function() end, "crl", i % 50)
      coroutine.resume(c)
      kept[i] = c
    end
  end)
  assert(not fine and message == "not enough memory", message)
  for i = 1, #kept, 2 do coroutine.close(kept[i]) kept[i] = nil end
  for i = 2, 60, 2 do pcall(coroutine.resume, kept[i]) end
end
local function nest(n) if n == 0 then error("at the bottom") end return coroutine.wrap(nest)(n - 1), 1 end
for _ = 1, 20 do pcall(nest, 150) end
local depth = 0
local function down() depth = depth + 1 return 1 + down() end
pcall(down)
collectgarbage()
print("ok")
