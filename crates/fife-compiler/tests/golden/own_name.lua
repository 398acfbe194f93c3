local function fact(n)
  if n == 0 then return 1 end
  return n * fact(n - 1)
end
local function nested(x)
  local other = x
  return function() return function() return nested, other end end, fact
end
local function reassigned() return reassigned end
reassigned = nil
