-- assert, type, rawget, rawequal, select('#'), tostring, next and ipairs in loops: values checked against schemas.
local N = tonumber(arg and arg[1]) or 32000
local rules = {}
local function check(schema, value, path)
  local rule = assert(rules[schema.kind], "no such kind")
  return rule(schema, value, path)
end
function rules.number(schema, value)
  assert(type(value) == "number", "not a number")
  assert(value == value, "not a number at all")
  if schema.integer then assert(math.floor(value) == value, "not whole") end
  assert(value >= (schema.minimum or -math.huge) and value <= (schema.maximum or math.huge), "out of range")
  return 1
end
function rules.string(schema, value)
  assert(type(value) == "string", "not a string")
  assert(#value <= (schema.length or 100), "too long")
  if schema.pattern then assert(string.find(value, schema.pattern), "does not match") end
  return 1
end
function rules.boolean(_, value)
  assert(rawequal(value, true) or rawequal(value, false), "not a boolean")
  return 1
end
function rules.list(schema, value, path)
  assert(type(value) == "table" and getmetatable(value) == nil, "not a plain list")
  local count = 0
  for i, item in ipairs(value) do
    count = count + check(schema.items, item, path)
    assert(rawget(value, i) == item)
  end
  assert(next(value) ~= nil or schema.may_be_empty, "empty")
  return count
end
function rules.record(schema, value, path)
  assert(type(value) == "table", "not a table")
  local count = 0
  for name, field in pairs(schema.fields) do
    local v = rawget(value, name)
    if v == nil then
      assert(field.optional, "missing")
    else
      path[#path + 1] = name
      count = count + check(field, v, path)
      path[#path] = nil
    end
  end
  for name in pairs(value) do assert(schema.fields[name], "unknown field") end
  return count
end
local function arguments(...)
  local n = select("#", ...)
  assert(n >= 1 and n <= 4, "wrong number of arguments")
  local kinds = ""
  for i = 1, n do
    local v = select(i, ...)
    kinds = kinds .. string.sub(type(v), 1, 1)
  end
  return kinds, n
end
local schema = { kind = "record", fields = {
  id = { kind = "number", integer = true, minimum = 1 },
  name = { kind = "string", length = 20, pattern = "^%u%l+ %d+$" },
  ratio = { kind = "number", minimum = 0, maximum = 1, optional = true },
  active = { kind = "boolean" },
  tags = { kind = "list", items = { kind = "string", length = 8 }, may_be_empty = true },
  points = { kind = "list", items = { kind = "record", fields = { x = { kind = "number" }, y = { kind = "number", optional = true } } } },
} }
local total, failed = 0, 0
for i = 1, N do
  local value = {
    id = i, name = "Item " .. i, active = i % 2 == 0, tags = { "a", "b" .. i % 10 },
    ratio = i % 3 ~= 0 and i % 100 / 100 or nil,
    points = { { x = i, y = -i }, { x = 0.5 }, { x = i / 4, y = 2 ^ 10 } },
  }
  if i % 50 == 0 then value.extra = 1 end
  if i % 70 == 0 then value.tags[3] = "much too long" end
  local ok, count = pcall(check, schema, value, {})
  if ok then
    total = total + count
  else
    assert(type(count) == "string")
    failed = failed + 1
  end
  local kinds, n = arguments(i, value.name, nil, value)
  assert(kinds == "nsnt" and n == 4)
  total = total + #tostring(i) + #tostring(value.active) + (tonumber("0x" .. i % 10) or 0)
end
print(string.format("validate %d %d", total, failed))
