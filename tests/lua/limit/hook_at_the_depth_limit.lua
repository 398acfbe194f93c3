-- heavy
-- fife only
-- A hook for whose activation there is no room at the first instruction of a function: that instruction fails.
local function recurse(n, f)
  if n == 0 then return (f()) end
  return (recurse(n - 1, f))
end
local function empty(...) return ... end
local low, high = 10, 400000
while high - low > 1 do
  local n = (low + high) // 2
  if pcall(recurse, n, empty) then low = n else high = n end
end
debug.sethook(type, "l")
local failed = 0
for n = low - 3, low + 2 do
  local ok, message = xpcall(recurse, function(e) return e end, n, function() return empty() end)
  if not ok then
    failed = failed + 1
    assert(message:find("stack overflow"), message)
  end
end
debug.sethook()
print(failed > 0) -- expect: true
