-- Nested coroutines fail one after another, without Lua code in between; each adds a position.
local count = 0
local function nest()
  count = count + 1
  if count == 150 then error("deep", 0) end
  coroutine.wrap(nest)()
end
local ok, message = pcall(nest)
print(ok, select(2, message:gsub(":6: ", "")), message:match("%a+$")) -- expect: false	149	deep
