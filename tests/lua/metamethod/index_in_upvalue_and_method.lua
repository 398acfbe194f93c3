local class = {}
class.__index = class
function class.new(n) return setmetatable({ n = n }, class) end
function class:add(m) return class.new(self.n + m) end
local sub = setmetatable({}, { __index = class })
sub.__index = sub
function sub.new(n) return setmetatable(class.new(n), sub) end
function sub:double() return self:add(self.n) end
local s = sub.new(21)
print(s:double().n, s.double == sub.double, s.add == class.add, rawget(s, "add")) -- expect: 42	true	true	nil
