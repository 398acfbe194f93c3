local c <close> = setmetatable({}, { __close = function(_, e) print("closed at the end", e) end })
print("body")
-- expect: body
-- expect: closed at the end	nil
