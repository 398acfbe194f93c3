local function closer(name) return setmetatable({}, { __close = function() print("close", name) end }) end
do
  local a <close> = closer("a")
  do
    local b <close> = closer("b")
    goto out
  end
end
::out::
-- expect: close	b
-- expect: close	a
local n = 0
::again::
do
  local c <close> = closer(n)
  n = n + 1
  if n < 3 then goto again end
end
-- expect: close	0
-- expect: close	1
-- expect: close	2
print(n) -- expect: 3
