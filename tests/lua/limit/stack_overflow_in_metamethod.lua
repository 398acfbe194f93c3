-- heavy
local t = setmetatable({}, { __index = function(t, k) return t[k + 1] .. "" end })
local ok, message = pcall(function() return t[1] end)
print(ok, (message:find("overflow", 1, true)) ~= nil) -- expect: false	true
