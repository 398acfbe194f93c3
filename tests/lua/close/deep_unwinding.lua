-- heavy
-- An error through many frames with variables to close.
local closed = 0
local mt = { __close = function() closed = closed + 1 end }
local function down(n)
  local c <close> = setmetatable({}, mt)
  if n == 0 then error("bottom", 0) end
  local r = down(n - 1)
  return r
end
print(pcall(down, 150)) -- expect: false	bottom
print(closed) -- expect: 151
