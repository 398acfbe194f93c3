-- fife only
-- A value that is its own __call handler ends in an error.
local loop = setmetatable({}, {})
getmetatable(loop).__call = loop
print((pcall(loop))) -- expect: false
