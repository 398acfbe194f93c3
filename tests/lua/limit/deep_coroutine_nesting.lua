-- heavy
local function nest(n)
  if n == 0 then return "innermost" end return (select(2, coroutine.resume(coroutine.create(nest), n - 1)))
end
print(nest(150)) -- expect: innermost
