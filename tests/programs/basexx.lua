-- basexx: bytes to text and back, in all bases.
local basexx = require "basexx"

local samples = {"", "f", "fo", "foo", "foob", "fooba", "foobar", "\0\1\2\255", ("\xde\xad\xbe\xef"):rep(4), "Any sequence of bytes.", ("x"):rep(100)}
local bases = {"bit", "hex", "base32", "crockford", "base64", "url64", "z85"}
for _, base in ipairs(bases) do
  for _, sample in ipairs(samples) do
    local text = basexx["to_" .. base](sample)
    local back = text and basexx["from_" .. base](text)
    print(base, #sample, text, back == sample, back and #back)
  end
end
for _, base in ipairs(bases) do
  for _, text in ipairs {"!", "a b", "0O1I", "AAAA=", "aGVsbG8", "zz\n", "HelloWorld", "\255"} do
    print(base, text, pcall(basexx["from_" .. base], text))
    print(base, text, pcall(basexx["from_" .. base], text, " \n!"))
  end
end
local all = {}
for byte = 0, 255 do all[#all + 1] = string.char(byte) end
all = table.concat(all)
for _, base in ipairs(bases) do
  local text = basexx["to_" .. base](all)
  print(base, #text, text:sub(1, 60), basexx["from_" .. base](text) == all)
end
