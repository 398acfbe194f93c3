-- Nothing runs after it, not even protected calls and pending closings.
local closed <close> = setmetatable({}, { __close = function() print("closed") end })
print("before") -- expect: before
pcall(function() os.exit(true) end)
print("after")
