local function check(value)
  if not value then error("no value given", 2) end
end
local x = 1
check(nil)
