-- An error that a hook catches does not make the instruction that it is called for a new one.
local function count(mask, every)
  local n = 0
  debug.sethook(function()
    n = n + 1
    if n > 100 then return debug.sethook() end
    pcall(error)
  end, mask, every)
  local x = 1
  local y = 2
  debug.sethook()
  return n
end
print(count("l"))
-- expect: 3
print(count("", 1) < 10)
-- expect: true
