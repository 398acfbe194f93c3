-- hostile: fuel=1000M memory=32M expect=ok
-- Compiled patterns of waiting searches and of iterators, released, and then a heap full of other things.
local function pattern(items)
  return ("[a-c]?."):rep(items) .. "(.)"
end
local function iterating(items)
  local text, searched = ("ab"):rep(items * 3), pattern(items)
  return function()
    local it = text:gmatch(searched)
    it()
    return it
  end
end
local function substituting(items)
  local text, searched = ("ab"):rep(items * 3), pattern(items)
  return function()
    local it = coroutine.wrap(function() return text:gsub(searched, coroutine.yield) end)
    it()
    return it
  end
end
for _, items in ipairs{ 5, 20, 60, 200 } do
  for _, make in ipairs{ iterating(items), substituting(items) } do
    local kept, count = {}, 0
    pcall(function()
      for at = 1, 1e9 do
        kept[at] = make()
        count = at
      end
    end)
    assert(count > 50)
    for at = 1, count do
      if at % 12 ~= 0 then kept[at] = false end
    end
    local strings = {}
    pcall(function()
      for at = 1, 1e9 do strings[at] = ("s"):rep(100) .. at end
    end)
  end
end
print("ok")
