-- A table as text read by find and sub, grouped and sorted by fields, and printed with string.format and numbers as
-- strings.
-- After RFC 4180: fields, quotes, doubled quotes.
local N = tonumber(arg and arg[1]) or 70
local rows, seed = { "id,name,region,price,note" }, 31
local regions = { "north", "south", "east", "west", "\"far, far away\"" }
for i = 1, 700 do
  seed = seed * 16807 % 2147483647
  rows[#rows + 1] = i .. ",\"Customer \"\"" .. seed % 97 .. "\"\"\"," .. regions[seed % 5 + 1] .. "," .. seed % 10000 / 100 .. "," .. ("x"):rep(seed % 9)
end
local text = table.concat(rows, "\r\n") .. "\r\n"
local function parse(s)
  local records, record, at = {}, {}, 1
  while at <= #s do
    local field
    if s:sub(at, at) == '"' then
      local from = at + 1
      local to = from
      while true do
        to = s:find('"', to, true)
        if s:sub(to + 1, to + 1) ~= '"' then break end
        to = to + 2
      end
      field = s:sub(from, to - 1):gsub('""', '"')
      at = to + 1
    else
      local to = s:find("[,\r\n]", at) or #s + 1
      field = s:sub(at, to - 1)
      at = to
    end
    record[#record + 1] = field
    local separator = s:sub(at, at)
    if separator == "," then
      at = at + 1
    else
      records[#records + 1] = record
      record = {}
      at = at + (s:sub(at, at + 1) == "\r\n" and 2 or 1)
    end
  end
  return records
end
local total, check = 0, 0
for round = 1, N do
  local records = parse(text)
  local header, groups, names = records[1], {}, {}
  for i = 2, #records do
    local row = {}
    for j, name in ipairs(header) do row[name] = records[i][j] end
    local group = groups[row.region]
    if not group then
      group = { region = row.region, sum = 0, n = 0, rows = {} }
      groups[row.region] = group
      names[#names + 1] = row.region
    end
    group.sum = group.sum + tonumber(row.price)
    group.n = group.n + 1
    group.rows[#group.rows + 1] = row
  end
  table.sort(names)
  local lines = {}
  for _, name in ipairs(names) do
    local group = groups[name]
    table.sort(group.rows, function(a, b)
      local x, y = tonumber(a.price), tonumber(b.price)
      if x ~= y then return x > y end
      return tonumber(a.id) < tonumber(b.id)
    end)
    lines[#lines + 1] = string.format("%-16s %5d %10.2f %8.3f", name, group.n, group.sum, group.sum / group.n)
    for i = 1, 3 do
      local row = group.rows[i]
      lines[#lines + 1] = "  " .. row.id .. ": " .. row.name .. " " .. row.price .. " (" .. #row.note .. ")"
    end
  end
  local report = table.concat(lines, "\n")
  total = total + #report
  for i = 1, #report, 3 do check = (check * 31 + report:byte(i)) % 1000000007 end
end
print(string.format("csv_report %d %d", total, check))
