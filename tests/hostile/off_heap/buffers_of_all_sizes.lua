-- hostile: fuel=300M memory=32M expect=ok|fuel
-- Large strings of ever different sizes, made in every way: buffers outside of the heap, kept and released.
local pieces = {}
for i = 1, 400 do pieces[i] = ("p"):rep(i * 37 % 4000) end
local ways = {
  function(n) return ("r"):rep(n) end,
  function(n) return ("r"):rep(n // 4, "sep") end,
  function(n) return table.concat(pieces, ("s"):rep(n // 400)) end,
  function(n) return (("g"):rep(n // 10):gsub("g", "0123456789")) end,
  function(n) return ("%s"):format(("f"):rep(n)) end,
  function(n) return ("%q"):format(("\n\0"):rep(n // 4)) end,
  function(n) return string.pack("s4", ("k"):rep(n)) end,
  function(n) return ("u"):rep(n):upper() end,
  function(n) return ("u"):rep(n):reverse() end,
  function(n) return ("a"):rep(n) .. "b" end,
  function(n) return utf8.char(table.unpack(pieces[n % 7] and { 8364, 8364 } or {})) end,
  function(n) return string.char(("c"):rep(n % 200000):byte(1, 7000)) end,
  function(n) return tostring(load("return '" .. ("l"):rep(n) .. "'")) end,
  function(n) return string.dump(load("return '" .. ("d"):rep(n // 2) .. "'")) end,
  function(n) return select(2, pcall(error, ("e"):rep(n))) end,
  function(n) return ("m"):rep(n):match("^(m*)$") end,
}
local kept, state = {}, 1
for round = 1, 4000 do
  state = state * 1103515245 + 12345 & 0x7fffffff
  local n = 1 << state % 22 | state >> 9 & (1 << state % 20) - 1
  local fine, text = pcall(ways[round % #ways + 1], n)
  assert(fine or text == "not enough memory" or not text:find("internal"), text)
  kept[state >> 5 & 31] = fine and text or nil
end
print("ok")
