-- A text as a list of lines: table.insert and table.remove in the middle, table.concat of ranges, undo as closures,
-- search in lines.
-- After the line editors of Deutsch and Lampson (1967).
local N = tonumber(arg and arg[1]) or 26000
local insert, remove, concat = table.insert, table.remove, table.concat
local lines, undo, clipboard = {}, {}, {}
for i = 1, 400 do lines[i] = "line " .. i .. " of the text" end
local seed = 6
local function random(n)
  seed = seed * 16807 % 2147483647
  return seed % n + 1
end
local commands = {
  function(at)
    insert(lines, at, "new line " .. at)
    undo[#undo + 1] = function() remove(lines, at) end
  end,
  function(at)
    if #lines < 300 then return end
    local old = remove(lines, at)
    undo[#undo + 1] = function() insert(lines, at, old) end
  end,
  function(at)
    local old = lines[at]
    lines[at] = old:gsub("line", "row", 1):sub(1, 40)
    undo[#undo + 1] = function() lines[at] = old end
  end,
  function(at)
    local to = math.min(at + random(10), #lines)
    clipboard = {}
    for i = at, to do insert(clipboard, lines[i]) end
  end,
  function(at)
    if #lines > 600 then return end
    local n = #clipboard
    for i = #lines, at, -1 do lines[i + n] = lines[i] end
    for i = 1, n do lines[at + i - 1] = clipboard[i] end
    undo[#undo + 1] = function()
      for i = at, #lines - n do lines[i] = lines[i + n] end
      for _ = 1, n do remove(lines) end
    end
  end,
  function(at)
    local old = lines[at]
    local half = math.floor(#old / 2)
    lines[at] = old:sub(1, half)
    insert(lines, at + 1, old:sub(half + 1))
    undo[#undo + 1] = function()
      remove(lines, at + 1)
      lines[at] = old
    end
  end,
}
local found, check = 0, 0
for i = 1, N do
  local at = random(#lines)
  if i % 9 == 0 and #undo > 0 then
    remove(undo)()
  else
    commands[random(#commands)](at)
  end
  if #undo > 50 then remove(undo, 1) end
  if i % 40 == 0 then
    for _, line in ipairs(lines) do
      if line:find("row", 1, true) then found = found + 1 end
    end
    check = (check * 31 + #concat(lines, "\n", 1, 100)) % 1000000007
  end
end
print(string.format("editor %d %d %d", #lines, found, check))
