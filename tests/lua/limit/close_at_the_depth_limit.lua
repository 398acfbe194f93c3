-- heavy
-- fife only
-- coroutine.close that finds no room for its own activation leaves the coroutine as it was.
local closed = 0
local function try(depth)
  local co = coroutine.create(function()
    local x <close> = setmetatable({}, {__close = function() closed = closed + 1 end})
    coroutine.yield()
    return "resumed"
  end)
  coroutine.resume(co)
  local function recurse(n)
    if n == 0 then coroutine.close(co) else recurse(n - 1) end
  end
  local ok, message = pcall(recurse, depth)
  if ok or coroutine.status(co) == "dead" then return false end
  print(message:match("stack overflow"), coroutine.status(co), closed) -- expect: stack overflow	suspended	0
  print(coroutine.resume(co)) -- expect: true	resumed
  print(coroutine.status(co), coroutine.close(co), closed) -- expect: dead	true	1
  return true
end
local low, high = 1000, 400000
while high - low > 1 do
  local n = (low + high) // 2
  local function recurse(n) if n > 0 then recurse(n - 1) end end
  if pcall(recurse, n) then low = n else high = n end
end
local found = false
for n = low - 20, low + 20 do
  closed = 0
  if try(n) then found = true break end
end
print(found) -- expect: true
