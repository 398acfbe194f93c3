-- A finalizer may keep its object. That is finalized again only if it gets a metatable with `__gc` again.
local calls, saved = 0, nil
local meta
meta = {__gc = function(self)
  calls = calls + 1
  saved = self
  if calls == 1 then setmetatable(self, meta) end
end}
setmetatable({part = {1}}, meta)
collectgarbage()
print(calls, saved.part[1]) -- expect: 1	1
saved = nil
collectgarbage()
print(calls, saved.part[1]) -- expect: 2	1
saved = nil
collectgarbage()
print(calls, saved) -- expect: 2	nil
