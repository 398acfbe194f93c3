-- Long strings that grow by gsub and by appending: a rewriting system and the path of the turtle that it steers.
-- After Lindenmayer, "Mathematical models for cellular interactions in development" (1968): dragon, plant, Hilbert's
-- curve.
local N = tonumber(arg and arg[1]) or 15
local systems = {
  { axiom = "FX", rules = { X = "X+YF+", Y = "-FX-Y" }, rounds = N },
  { axiom = "X", rules = { X = "F+[[X]-X]-F[-FX]+X", F = "FF" }, rounds = N - 7 },
  { axiom = "A", rules = { A = "-BF+AFA+FB-", B = "+AF-BFB-FA+" }, rounds = N - 6 },
}
local function turtle(path)
  local x, y, dx, dy, stack, visited = 0, 0, 1, 0, {}, {}
  local distinct = 0
  for i = 1, #path do
    local c = path:sub(i, i)
    if c == "F" then
      x, y = x + dx, y + dy
      local key = x .. "," .. y
      if not visited[key] then
        visited[key] = true
        distinct = distinct + 1
      end
    elseif c == "+" then
      dx, dy = -dy, dx
    elseif c == "-" then
      dx, dy = dy, -dx
    elseif c == "[" then
      stack[#stack + 1] = { x, y, dx, dy }
    elseif c == "]" then
      local top = table.remove(stack)
      x, y, dx, dy = top[1], top[2], top[3], top[4]
    end
  end
  return distinct, x, y
end
local total, check = 0, 0
for _, system in ipairs(systems) do
  local path = system.axiom
  for _ = 1, system.rounds do path = path:gsub("%a", system.rules) end
  total = total + #path
  local distinct, x, y = turtle(path)
  check = (check * 31 + distinct * 7 + x * 3 + y) % 1000000007
  -- the same by appending letter after letter
  local turns = ""
  for c in path:gmatch("[%+%-]") do
    if #turns < 12000 then turns = turns .. c end
  end
  check = (check * 31 + #turns) % 1000000007
end
print(string.format("lindenmayer %d %d", total, check))
