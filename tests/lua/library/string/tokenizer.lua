-- A small lexer built on patterns.
local function tokens(s)
  local out, pos = {}, 1
  while pos <= #s do
    local a, b, text = s:find("^%s*(%d+%.?%d*)", pos)
    if not a then a, b, text = s:find("^%s*([%a_][%w_]*)", pos) end
    if not a then a, b, text = s:find("^%s*([%+%-%*/%(%)=])", pos) end
    if not a then break end
    out[#out + 1] = text
    pos = b + 1
  end
  return table.concat(out, "|")
end
print(tokens("x = 3.14 * (radius + 2) - y_1/4")) -- expect: x|=|3.14|*|(|radius|+|2|)|-|y_1|/|4
