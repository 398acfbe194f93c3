-- Pages from templates: gsub with functions, templates made into Lua code and loaded once, joined pieces, escaped text,
-- numbers in text.
local N = tonumber(arg and arg[1]) or 2600
local load, setfenv = loadstring or load, setfenv
local escapes = { ["<"] = "&lt;", [">"] = "&gt;", ["&"] = "&amp;", ['"'] = "&quot;" }
local function escape(v) return (tostring(v):gsub("[<>&\"]", escapes)) end
local function compile(template)
  local out, at = { "local data, escape = ...\nlocal out, n = {}, 0\nlocal function put(s) n = n + 1 out[n] = s end\n" }, 1
  while true do
    local from, to, kind, code = template:find("{([{%%])%s*(.-)%s*[}%%]}", at)
    local text = template:sub(at, (from or 0) - 1)
    if text ~= "" then out[#out + 1] = "put(" .. string.format("%q", text) .. ")\n" end
    if not from then break end
    if kind == "{" then out[#out + 1] = "put(escape(" .. code .. "))\n" else out[#out + 1] = code .. "\n" end
    at = to + 1
  end
  out[#out + 1] = "return table.concat(out)\n"
  return assert(load(table.concat(out)))
end
local page = compile([[
<html><head><title>{{ data.title }}</title></head><body>
<h1>{{ data.title }} ({{ #data.items }} items)</h1>
<table>
{% for i, item in ipairs(data.items) do %}
  <tr class="{% if i % 2 == 0 then %}even{% else %}odd{% end %}"><td>{{ i }}</td><td>{{ item.name }}</td>
  <td>{{ string.format("%.2f", item.price / 4) }}</td><td>{% for _, tag in ipairs(item.tags) do %}<b>{{ tag }}</b> {% end %}</td></tr>
{% end %}
</table></body></html>
]])
local function simple(template, data)
  return (template:gsub("%$(%w+)", function(name)
    local v = data[name]
    if type(v) == "number" then return string.format("%.1f", v) end
    return v
  end))
end
local function indent(text) return (text:gsub("\n", "\n  "):gsub("[ \t]+\n", "\n")) end
local total, check = 0, 0
for round = 1, N do
  local items = {}
  for i = 1, 12 do
    items[i] = { name = "<item & \"" .. i * round .. "\">", price = i * round % 100, tags = { "a" .. i, "b&" .. round } }
  end
  local html = page({ title = "Page " .. round .. " > " .. round - 1, items = items }, escape)
  html = indent(html)
  for i = 1, 10 do
    html = html .. simple("<p>Dear $name, you owe $amount or $unknown by $date.</p>", { name = "N" .. i, amount = i / 3, date = "day " .. round })
  end
  total = total + #html
  check = (check * 31 + html:byte(round * 7 % #html + 1)) % 1000000007
end
print(string.format("templates %d %d", total, check))
