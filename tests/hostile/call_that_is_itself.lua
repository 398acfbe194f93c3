-- hostile: fuel=3M memory=32M expect=fuel
-- A thousand handlers are looked up for nothing.
local t = {}
setmetatable(t, {__call = t})
while true do pcall(t) end
