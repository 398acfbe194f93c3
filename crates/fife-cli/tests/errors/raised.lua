local function check(value)
  if not value then error("no value given") end
end
check(nil)
