local object = { n = 5 }
function object:get(add) return self.n + (add or 0) end
function object.plain(self) return self.n end
print(object:get(), object:get(10), object:plain()) -- expect: 5	15	5
local class = { who = function(self) return self.name end }
class.__index = class
local it = setmetatable({ name = "it" }, class)
print(it:who()) -- expect: it
print(("abc"):upper(), ("%d"):format(7), #("x"):rep(5)) -- expect: ABC	7	5
