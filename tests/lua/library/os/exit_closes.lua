-- With a true second argument, the variables of the main thread are closed; those of coroutines are not.
local function closing(name, action)
  return setmetatable({}, { __close = function(_, error)
    print(name, error)
    if action then action() end
  end })
end
local a <close> = closing("a")
local b <close> = closing("b", function() error("from b", 0) end)
local c <close> = closing("c", function() error("from c", 0) end)
local co = coroutine.wrap(function()
  local d <close> = closing("d")
  pcall(function()
    local e <close> = closing("e")
    os.exit(true, true)
    print("not reached")
  end)
end)
co()
-- expect: c	nil
-- expect: b	from c
-- expect: a	from b
