-- Many patterns one after the other over the same text: gsub with strings, functions and captures, and lines taken
-- apart.
-- After Gruber's Markdown (2004): a part of it, made into HTML.
local N = tonumber(arg and arg[1]) or 220
local function escape(s)
  return (s:gsub("&", "&amp;"):gsub("<", "&lt;"):gsub(">", "&gt;"))
end
local function spans(s)
  local codes = {}
  s = s:gsub("`([^`]+)`", function(code)
    codes[#codes + 1] = "<code>" .. code .. "</code>"
    return "\1" .. #codes .. "\2"
  end)
  s = s:gsub("!%[([^%]]*)%]%(([^%)%s]+)%)", '<img alt="%1" src="%2">')
  s = s:gsub("%[([^%]]+)%]%(([^%)%s]+)%)", '<a href="%2">%1</a>')
  s = s:gsub("%*%*(%S[^%*]-)%*%*", "<strong>%1</strong>")
  s = s:gsub("__(%S[^_]-)__", "<strong>%1</strong>")
  s = s:gsub("%*(%S[^%*]-)%*", "<em>%1</em>")
  s = s:gsub("%f[%w_]_(%S[^_]-)_%f[^%w_]", "<em>%1</em>")
  s = s:gsub("(https?://[%w%./%-]+%w)%f[%s]", '<a href="%1">%1</a>')
  s = s:gsub("%-%-%-?", function(dash) return #dash == 3 and "&mdash;" or "&ndash;" end)
  s = s:gsub("%.%.%.", "&hellip;")
  return (s:gsub("\1(%d+)\2", function(n) return codes[tonumber(n)] end))
end
local function render(text)
  local out, paragraph, list = {}, {}, nil
  local function finish()
    if #paragraph > 0 then
      out[#out + 1] = "<p>" .. spans(escape(table.concat(paragraph, "\n"))) .. "</p>"
      paragraph = {}
    end
    if list then
      out[#out + 1] = "</" .. list .. ">"
      list = nil
    end
  end
  local function item(kind, content)
    if list ~= kind then
      finish()
      list = kind
      out[#out + 1] = "<" .. kind .. ">"
    end
    out[#out + 1] = "<li>" .. spans(escape(content)) .. "</li>"
  end
  for line in (text .. "\n"):gmatch("(.-)\r?\n") do
    local marks, title = line:match("^(#+)%s+(.-)%s*#*$")
    local bullet = line:match("^[%*%-%+]%s+(.*)$")
    local number, entry = line:match("^(%d+)%.%s+(.*)$")
    if marks then
      finish()
      out[#out + 1] = ("<h%d>%s</h%d>"):format(#marks, spans(escape(title)), #marks)
    elseif line:match("^%s*$") then
      finish()
    elseif line:match("^([%*%-_])%s*%1%s*%1[%s%*%-_]*$") then
      finish()
      out[#out + 1] = "<hr>"
    elseif bullet then
      item("ul", bullet)
    elseif number then
      item("ol", entry)
    elseif line:match("^>%s?") then
      finish()
      out[#out + 1] = "<blockquote>" .. spans(escape(line:gsub("^>%s?", ""))) .. "</blockquote>"
    else
      if list then finish() end
      paragraph[#paragraph + 1] = line
    end
  end
  finish()
  return table.concat(out, "\n")
end
local parts = {}
for i = 1, 12 do
  parts[i] = ([[
# Chapter %d: of *things* & __others__ #

Some text with `code <%d>` and **bold words**, a [link](http://example.org/%d) and an ![image](pic-%d.png).
A second line -- with dashes --- and an ellipsis... See http://example.com/page/%d and snake_case_words.

* first item with _emphasis_
* second item, 3 > 2 & 2 < 3
- third `item`

1. one
2. **two**

> quoted *text* of number %d

- - -
]]):format(i, i, i, i, i, i)
end
local text, total, check = table.concat(parts, "\n"), 0, 0
for round = 1, N do
  local html = render(text)
  total = total + #html
  check = (check * 31 + html:byte(round * 37 % #html + 1)) % 1000000007
end
print(string.format("markdown %d %d", total, check))
