-- The queens of a chess board: all ways to place N of them so that none attacks another.
--   fife examples/lua/queens.lua [N]
local size = tonumber(arg[1]) or 8

local function solutions()
  return coroutine.wrap(function()
    local columns = {}
    local function is_safe(row, column)
      for other = 1, row - 1 do
        local difference = columns[other] - column
        if difference == 0 or math.abs(difference) == row - other then return false end
      end
      return true
    end
    local function place(row)
      if row > size then
        coroutine.yield(columns)
        return
      end
      for column = 1, size do
        if is_safe(row, column) then
          columns[row] = column
          place(row + 1)
        end
      end
    end
    place(1)
  end)
end

local count = 0
for columns in solutions() do
  count = count + 1
  if count == 1 then
    for _, column in ipairs(columns) do
      print((". "):rep(column - 1) .. "Q " .. (". "):rep(size - column))
    end
  end
end
print(("%d queens: %d solutions"):format(size, count))
