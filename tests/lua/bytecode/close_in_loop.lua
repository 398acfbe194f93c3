local function make(name) return setmetatable({}, { __close = function() print("close " .. name) end }) end
for i = 1, 3 do
  local c <close> = make(i)
  if i == 2 then goto continue end
  print("turn", i)
  ::continue::
end
-- expect: turn	1
-- expect: close 1
-- expect: close 2
-- expect: turn	3
-- expect: close 3
while true do
  local w <close> = make("while")
  break
end
-- expect: close while
local n = 0
repeat
  local r <close> = make("repeat")
  n = n + 1
until n == 2
-- expect: close repeat
-- expect: close repeat
