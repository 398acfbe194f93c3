local c <close> = setmetatable({}, { __close = function(_, e) print("closed with", e) end }) -- expect: closed with	uncaught
error("uncaught", 0)
-- expect error: uncaught
