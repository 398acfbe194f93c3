local object = setmetatable({}, { __call = function() local info = debug.getinfo(1, "nt") return info.istailcall, info.name end })
print((function() return object() end)()) -- expect: true	nil
