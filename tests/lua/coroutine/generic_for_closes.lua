local function iter()
  return coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end), nil, nil, setmetatable({}, {
    __close = function() print("closed") end,
  })
end
for i in iter() do print(i) if i == 2 then break end end
-- expect: 1
-- expect: 2
-- expect: closed
for i in iter() do end
-- expect: closed
