local function closer(name)
  return setmetatable({ name = name }, { __close = function(self, e) print("close", self.name, e) end })
end
do
  local a <close>, x = closer("a"), "plain"
  local b <const>, c <close> = "const", closer("c")
  print(x, b)
end
-- expect: plain	const
-- expect: close	c	nil
-- expect: close	a	nil
local function f()
  local a <close> = closer("in f")
  local x = "returned"
  return x, a.name
end
print(f())
-- expect: close	in f	nil
-- expect: returned	in f
