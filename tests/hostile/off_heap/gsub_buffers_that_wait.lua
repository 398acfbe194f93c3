-- hostile: fuel=300M memory=32M expect=ok
-- Substitutions that wait in coroutines, each with a large buffer in Rust; half of them are abandoned.
local text = ("x"):rep(4000)
for round = 1, 4 do
  local waiting = {}
  local fine, message = pcall(function()
    for i = 1, 5000 do
      local c = coroutine.wrap(function()
        local n = 0
        return (text:gsub("x", function()
          n = n + 1
          if n == 3000 + i % 7 * 100 then coroutine.yield() end
          return "replacement"
        end))
      end)
      c()
      waiting[i] = c
    end
  end)
  assert(not fine and message == "not enough memory", message)
  for i = 1, #waiting, 2 do waiting[i] = nil end
  collectgarbage()
  for _, c in pairs(waiting) do pcall(c) break end
end
print("ok")
