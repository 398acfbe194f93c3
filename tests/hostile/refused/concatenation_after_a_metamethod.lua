-- hostile: fuel=100M memory=4M expect=ok
-- A concatenation that is refused memory after calling `__concat` continues from there, and calls it once.
collectgarbage("stop")
local count = 0
local mt = { __concat = function(a, b)
  count = count + 1
  return (type(a) == "string" and a or "<") .. (type(b) == "string" and b or ">")
end }
local object = setmetatable({}, mt)
local big = ("x"):rep(100000)
for i = 1, 300 do
  count = 0
  local text = big .. object .. "mid" .. object
  assert(#text == 100005 and text:sub(100001) == "<mid>" and count == 2, i)
end
-- Text that was already joined is not joined again, and the script waits for memory.
local late = setmetatable({}, { __concat = function() return ("y"):rep(3000) end })
local part = ("x"):rep(20000)
for _ = 1, 300 do
  assert(#(part .. late .. "a") == 23000)
  assert(#(part .. 1 .. part .. 1.5) == 40004)
  assert(#(late .. part .. part) == 3000)
end
print("ok")
