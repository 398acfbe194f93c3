-- hostile: fuel=400M memory=32M libraries=all expect=ok
-- Binary chunks, whole, in pieces, truncated and damaged; with names of all lengths.
local source = "local up = ... return { " .. ("function(name_of_an_argument) local v = { 'constant', 1.5 } return up, v end, "):rep(300) .. "}"
for _, length in ipairs{ 1, 100, 10000, 300000 } do
  local whole = string.dump(assert(load(source, "=" .. ("c"):rep(length))))
  local bare = string.dump(assert(load(source, "=" .. ("c"):rep(length))), true)
  local kept = {}
  local fine, message = pcall(function()
    for i = 1, 1000 do
      local text = i % 3 == 0 and bare or whole
      local at = 0
      local pieces = function() at = at + 1 return text:sub(at * 999 - 998, at * 999) end
      local f, refused = load(i % 2 == 0 and text or pieces)
      if not f then error(refused, 0) end
      kept[i] = f
      load(text:sub(1, #text * (i % 100) // 100))
      local place = i * 7919 % #text
      load(text:sub(1, place) .. string.char(i % 256) .. text:sub(place + 2))
      kept[i % 50 * 20] = string.dump(f)
    end
  end)
  assert(fine or message == "not enough memory", message)
end
print("ok")
