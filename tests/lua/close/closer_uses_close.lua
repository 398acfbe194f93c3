local function closer(name, inner)
  return setmetatable({}, {
    __close = function()
      print("enter " .. name) if inner then local i <close> = closer(inner) end print("leave " .. name)
    end,
  })
end
do local a <close> = closer("outer", "inner") end
-- expect: enter outer
-- expect: enter inner
-- expect: leave inner
-- expect: leave outer
