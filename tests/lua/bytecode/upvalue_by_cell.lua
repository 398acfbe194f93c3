-- Assigned after the capture: both sides see it.
local count = 0
local function increment() count = count + 1 return count end
print(increment(), increment(), count) -- expect: 1	2	2
count = 10
print(increment(), count) -- expect: 11	11
local function pair()
  local shared = "unset"
  return function(v) shared = v end, function() return shared end
end
local set, get = pair()
print(get()) -- expect: unset
set("new")
print(get()) -- expect: new
