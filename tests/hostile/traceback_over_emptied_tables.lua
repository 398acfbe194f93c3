-- hostile: fuel=3M memory=64M expect=fuel
-- Each line looks for a global variable with this function: in tables that have room but no entries.
local m = {}
for j = 1, 30000 do m['k' .. j] = 1 end
for j = 1, 30000 do m['k' .. j] = nil end
for i = 1, 100 do _G['m' .. i] = m end
local function f(n)
  if n > 0 then return f(n - 1) + 1 end
  while true do debug.traceback() end
end
f(100)
