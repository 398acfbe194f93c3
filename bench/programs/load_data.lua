-- Large sources: tables written as Lua code, some hundred kilobytes, loaded, changed and written again.
-- After the serialization of "Programming in Lua" (2003), chapter 12.
local N = tonumber(arg and arg[1]) or 24
local load = loadstring or load
local function serialize(out, o, indent)
  local t = type(o)
  if t == "number" then
    out[#out + 1] = o == math.floor(o) and string.format("%d", o) or string.format("%.14g", o)
  elseif t == "string" then
    out[#out + 1] = string.format("%q", o)
  elseif t == "boolean" then
    out[#out + 1] = tostring(o)
  elseif t == "table" then
    out[#out + 1] = "{\n"
    local inner = indent .. "  "
    local keys = {}
    for k in pairs(o) do
      if type(k) == "string" then keys[#keys + 1] = k end
    end
    table.sort(keys)
    for i = 1, #o do
      out[#out + 1] = inner
      serialize(out, o[i], inner)
      out[#out + 1] = ",\n"
    end
    for _, k in ipairs(keys) do
      out[#out + 1] = inner .. (k:match("^[%a_][%w_]*$") and k or "[" .. string.format("%q", k) .. "]") .. " = "
      serialize(out, o[k], inner)
      out[#out + 1] = ",\n"
    end
    out[#out + 1] = indent .. "}"
  end
end
local data, seed = {}, 13
for i = 1, 800 do
  seed = seed * 16807 % 2147483647
  data[i] = {
    id = i, name = "item number " .. i, price = seed % 10000 / 4, tags = { "a" .. seed % 10, "b\n" .. seed % 7, "c\"" },
    ["two words"] = seed % 2 == 0, position = { x = seed % 100, y = -(seed % 77), z = { 1, 2.5, 3 } },
  }
end
local length, check = 0, 0
for round = 1, N do
  local out = { "return " }
  serialize(out, data, "")
  local source = table.concat(out)
  length = length + #source
  data = assert(load(source))()
  for i, item in ipairs(data) do
    item.position.x = (item.position.x + i) % 100
    check = (check * 31 + item.position.x + #item.tags[2] + math.floor(item.price)) % 1000000007
  end
end
print(string.format("load_data %d %d", length, check))
