local base = function(...) return select("#", ...) end
local chain = base
for i = 1, 10 do chain = setmetatable({}, { __call = chain }) end
print(chain("x")) -- expect: 11
