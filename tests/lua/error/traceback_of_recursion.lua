-- A local function that calls itself is an upvalue to itself.
local function down(n)
  if n == 0 then return (debug.traceback("deep")) end
  local trace = down(n - 1)
  return trace
end
for line in down(2):gmatch("[^\n]+") do if not line:find("[C]", 1, true) then print((line:gsub("^\t", "  "))) end end
-- expect: deep
-- expect: stack traceback:
-- expect:   traceback_of_recursion.lua:3: in upvalue 'down'
-- expect:   traceback_of_recursion.lua:4: in upvalue 'down'
-- expect:   traceback_of_recursion.lua:4: in local 'down'
-- expect:   traceback_of_recursion.lua:7: in main chunk
