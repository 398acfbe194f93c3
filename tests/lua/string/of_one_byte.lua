-- A string of one byte is the same value wherever it comes from, also if it was collected in between.
local function check(round)
  local known = {}
  for byte = 0, 255 do known[string.char(byte)] = byte end
  for byte = 0, 255 do
    local text = ("."):rep(byte % 50) .. string.char(byte) .. "!"
    local at = #text - 1
    assert(known[text:sub(at, at)] == byte)
    assert(known[text:match("(.)!$") or "\n"] == byte)
    assert(known[("\0" .. string.char(byte)):match("\0(.*)")] == byte)
  end
  return round
end
for round = 1, 3 do
  check(round)
  collectgarbage()
end
print((("a-b-c"):gsub(".", {a = 1, ["-"] = "+", c = false})))  -- expect: 1+b+c
for c in ("xyz"):gmatch(".") do io.write(c, c) end
print()  -- expect: xxyyzz
