local config = {}
local function forget() config = nil end
forget()
config.name = 1
