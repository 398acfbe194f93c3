local function items()
  return function(_, i) coroutine.yield("step " .. i) if i < 2 then return i + 1 end end, nil, 0
end
local co = coroutine.wrap(function() for i in items() do coroutine.yield("body " .. i) end return "done" end)
for _ = 1, 6 do print(co()) end
-- expect: step 0
-- expect: body 1
-- expect: step 1
-- expect: body 2
-- expect: step 2
-- expect: done
