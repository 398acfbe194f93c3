-- hostile: fuel=500M memory=32M expect=ok
-- Thousands of natives that wait with partial results, released, and then a heap full of other things.
local piece = ("x"):rep(999)
local function waiting(pieces)
  local list = setmetatable({}, {
    __len = function() return pieces + 1 end,
    __index = function(_, at)
      if at > pieces then coroutine.yield() end
      return piece
    end,
  })
  return coroutine.wrap(function() return table.concat(list) end)
end
local function substituting(pieces)
  local text = ("ab"):rep(pieces)
  return coroutine.wrap(function()
    local count = 0
    return (text:gsub("a", function()
      count = count + 1
      if count == pieces then coroutine.yield() end
      return piece
    end))
  end)
end
local function fill(make)
  local kept = {}
  pcall(function()
    while true do
      local it = make()
      it()
      kept[#kept + 1] = it
    end
  end)
  return #kept
end
for _, pieces in ipairs{ 1, 3, 20, 100 } do
  for _, make in ipairs{ waiting, substituting } do
    assert(fill(function() return make(pieces) end) > 50)
    local tables = {}
    pcall(function()
      for at = 1, 1e9 do tables[at] = { at, {} } end
    end)
    assert(#tables > 50000)
    tables = nil
    -- One in a dozen stays.
    local kept = {}
    pcall(function()
      for at = 1, 1e9 do
        local it = make(pieces)
        it()
        kept[at % 12 == 0 and #kept + 1 or 0] = it
      end
    end)
    local strings = {}
    pcall(function()
      for at = 1, 1e9 do strings[at] = ("s"):rep(100) .. at end
    end)
  end
end
print("ok")
