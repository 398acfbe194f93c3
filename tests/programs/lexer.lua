-- Penlight's lexer over the files named in FILES: the number of tokens of each, and a hash of their kinds and texts.
local lexer = require "pl.lexer"

for name in io.lines(assert(os.getenv("FILES"))) do
  local file = assert(io.open(name, "rb"))
  local source = file:read("a")
  file:close()
  local count, hash = 0, 0
  local function add(text)
    for at = 1, #text, 8 do
      local a, b, c, d, e, f, g, h = text:byte(at, at + 7)
      local word = a | (b or 0) << 8 | (c or 0) << 16 | (d or 0) << 24 | (e or 0) << 32 | (f or 0) << 40 | (g or 0) << 48 | (h or 0) << 56
      hash = (hash ~ word) * 1099511628211
    end
  end
  local ok, problem = pcall(function()
    for kind, text in lexer.lua(source, {}) do
      count = count + 1
      add(kind)
      add(tostring(text))
    end
  end)
  print(string.format("%s: %d tokens, %016x%s", name, count, hash, ok and "" or ", " .. tostring(problem)))
end
