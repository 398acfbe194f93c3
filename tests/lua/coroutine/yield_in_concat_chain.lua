local m = setmetatable({}, {
  __concat = function(a, b)
    coroutine.yield("concat") return (type(a) == "table" and "m" or a) .. (type(b) == "table" and "m" or b)
  end,
})
local co = coroutine.wrap(function() return "a" .. "b" .. m .. "c" .. "d" .. m .. "e" end)
local v
repeat v = co() print(v) until v ~= "concat"
-- expect: concat
-- expect: concat
-- expect: abmcdme
