-- hostile: fuel=100M memory=16M expect=ok
-- Many small functions are compiled and dropped; then all memory is filled with something else.
local source = 'local t = {' .. ('function()end,'):rep(17000) .. '}'
for _ = 1, 5 do
  pcall(load, source)
  collectgarbage()
end
source = nil
local kept = {}
pcall(function()
  while true do
    local t = {}
    for i = 1, 100 do t[i] = i end
    kept[#kept + 1] = t
  end
end)
kept = nil
print('ok')
