print("before") -- expect: before
error(setmetatable({}, { __tostring = function() return "a described error" end }))
-- expect error: a described error
