local function make(name) return setmetatable({}, { __close = function(_, e) print("close " .. name, e) end }) end
do
  local a <close> = make("a")
  local b <close> = make("b")
  print("body")
end
-- expect: body
-- expect: close b	nil
-- expect: close a	nil
local function f()
  local c <close> = make("c")
  return "result", 2
end
print(f())
-- expect: close c	nil
-- expect: result	2
local function tail()
  local d <close> = make("d")
  return f()
end
print(tail())
-- expect: close c	nil
-- expect: close d	nil
-- expect: result	2
local function open(...)
  local e <close> = make("e")
  return ...
end
print(open(1, 2, 3))
-- expect: close e	nil
-- expect: 1	2	3
do local n <close> = nil local m <close> = false print("nothing to close") end -- expect: nothing to close
