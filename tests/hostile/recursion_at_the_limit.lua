-- hostile: fuel=20M memory=12M expect=error:not enough memory
-- If growing by half is refused, the stack must not grow by one call's registers each time: all of it is moved.
local function f(n)
  local a, b, c, d, e, g, h, i, j, k
  return 1 + f(n + 1)
end
f(1)
