-- hostile: fuel=500M memory=16M expect=ok
-- Released memory is available again, even if small objects stay scattered in all of it.
local list, keep = nil, {}
pcall(function()
  for i = 1, 1e9 do
    list = { list }
    if i % 1000 == 0 then keep[#keep + 1] = {} end
  end
end)
list = nil
collectgarbage()
collectgarbage()
assert(#keep > 100 and collectgarbage("count") < 1000)
for _, size in ipairs{ 5000, 10000, 60000 } do
  assert(#("x"):rep(size) == size)
  assert(#("x"):rep(size):gsub("x", "y") == size)
end
print("ok")
