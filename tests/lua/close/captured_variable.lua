local get
do
  local c <close> = setmetatable({ v = "kept" }, { __close = function(self) self.v = self.v .. " closed" end })
  get = function() return c.v end
  print(get()) -- expect: kept
end
print(get()) -- expect: kept closed
