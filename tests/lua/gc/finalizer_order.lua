-- gc-visible: an earlier collection calls the finalizers earlier
-- Finalizers are called in the reverse order of `setmetatable`, each once, with the object.
local function object(name)
  setmetatable({name = name}, {__gc = function(self) print(self.name) end})
end
for i = 1, 3 do object(i) end
collectgarbage()
-- expect: 3
-- expect: 2
-- expect: 1
collectgarbage()
print("none") -- expect: none
