-- hostile: fuel=300M memory=1200K libraries=all expect=ok
-- A read that is refused memory loses nothing of what it has already taken from the file.
local name = os.tmpname()
local file = assert(io.open(name, "w"))
for i = 1, 120 do file:write(i, (":x"):rep(5000 + i * 37 % 9000), "\n") end
file:close()
collectgarbage("stop")
file = assert(io.open(name))
for want = 1, 120 do
  local line = file:read("l")
  assert(line and tonumber(line:match("^%d+")) == want and #line == #tostring(want) + 2 * (5000 + want * 37 % 9000), want)
end
assert(file:read("l") == nil)
file:close()
os.remove(name)
print("ok")
