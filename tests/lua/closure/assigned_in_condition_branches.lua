-- Some paths assign before the capture, some after.
local function make(flag)
  local v = "start"
  if flag then v = "early" end
  local get = function() return v end
  if not flag then v = "late" end
  return get
end
print(make(true)(), make(false)()) -- expect: early	late
