local function opened()
  local co = coroutine.create(function()
    local c <close> = setmetatable({}, { __close = function() print("released") end }) coroutine.yield("resource")
  end)
  local _, r = coroutine.resume(co)
  return setmetatable({ r = r }, { __close = function() coroutine.close(co) end })
end
do local h <close> = opened() print(h.r) end
-- expect: resource
-- expect: released
print("after") -- expect: after
