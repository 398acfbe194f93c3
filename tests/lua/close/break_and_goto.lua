local function closer(name) return setmetatable({}, { __close = function() print("close " .. name) end }) end
for i = 1, 3 do
  local a <close> = closer("loop " .. i)
  if i == 2 then break end
end
-- expect: close loop 1
-- expect: close loop 2
do
  local i = 0
  ::top::
  local b <close> = closer("goto " .. i)
  i = i + 1
  if i < 3 then goto top end
end
-- expect: close goto 0
-- expect: close goto 1
-- expect: close goto 2
while true do
  local c <close> = closer("outer")
  do local d <close> = closer("inner") goto done end
end
::done::
-- expect: close inner
-- expect: close outer
print("done") -- expect: done
