local function nest(n) if n == 0 then return "innermost" end return coroutine.wrap(nest)(n - 1) end
print(nest(50)) -- expect: innermost
local depth = 0
local function down()
  depth = depth + 1
  if depth == 100 then return "bottom " .. depth end
  local _, r = coroutine.resume(coroutine.create(down))
  return r
end
print(down()) -- expect: bottom 100
