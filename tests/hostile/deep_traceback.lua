-- hostile: fuel=10M memory=64M expect=fuel
-- All levels are counted, but only a few are shown.
local function f(n)
  if n > 0 then return pcall(f, n - 1) end
  while true do debug.traceback() end
end
f(60000)
