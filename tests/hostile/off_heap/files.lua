-- hostile: fuel=200M memory=16M libraries=all expect=ok
-- Files that are open, have buffers, and wait in the middle of reading or writing; lines of all lengths.
local kept = {}
local fine, message = pcall(function()
  for i = 1, 150 do
    local file = assert(io.tmpfile())
    file:setvbuf("full", i * 1000)
    file:write(("line " .. i .. "\n"):rep(2000), ("w"):rep(i * 2000), "\n", 1.5, " ", i)
    file:seek("set")
    local line = file:lines("l", "L", 100, "n")
    line()
    kept[i] = { file, line, i % 3 == 0 and file:read("a") or file:read("l", "l", 5000) }
  end
end)
assert(fine or message == "not enough memory" or message:find("open files") , message)
kept = {}
collectgarbage()
for i = 1, 40 do
  local file = assert(io.tmpfile())
  local fine, message = pcall(function()
    file:write(("x"):rep(1000000))
    file:seek("set")
    local text = file:read("a")
    file:seek("set")
    for line in file:lines() do text = text .. line end
    file:seek("set")
    return file:read(1 << 24, 1 << 30)
  end)
  assert(fine or message == "not enough memory", message)
  file:close()
end
print("ok")
