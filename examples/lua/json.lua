-- JSON in a hundred lines: `encode` writes a value, `decode` reads it back.
local json = {}

json.null = setmetatable({}, { __tostring = function() return "null" end })

local escapes = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }

local function quote(s)
  return '"' .. s:gsub('[%c"\\]', function(c) return escapes[c] or ("\\u%04x"):format(c:byte()) end) .. '"'
end

-- A table with a first element, or an empty one, is an array; others are objects with sorted keys.
function json.encode(value)
  local kind = type(value)
  if value == nil or value == json.null then return "null" end
  if kind == "string" then return quote(value) end
  if kind == "number" or kind == "boolean" then return tostring(value) end
  if kind ~= "table" then error("cannot encode a " .. kind, 2) end
  local parts = {}
  if value[1] ~= nil or next(value) == nil then
    for i, item in ipairs(value) do parts[i] = json.encode(item) end
    return "[" .. table.concat(parts, ",") .. "]"
  end
  local keys = {}
  for key in pairs(value) do keys[#keys + 1] = key end
  table.sort(keys)
  for i, key in ipairs(keys) do parts[i] = quote(key) .. ":" .. json.encode(value[key]) end
  return "{" .. table.concat(parts, ",") .. "}"
end

-- The reader: each function takes a position and returns the value and the position after it.
local read_value

local function fail(text, at, message)
  local _, lines = text:sub(1, at):gsub("\n", "")
  error(("line %d: %s near %q"):format(lines + 1, message, text:sub(at, at + 9)), 0)
end

local function skip(text, at) return text:match("^%s*()", at) end

local unescapes = { n = "\n", r = "\r", t = "\t", b = "\b", f = "\f" }

local function read_string(text, at)
  local finish = at + 1
  while true do
    finish = text:find('["\\]', finish) or fail(text, at, "unfinished string")
    if text:sub(finish, finish) == '"' then break end
    finish = finish + 2
  end
  local raw = text:sub(at + 1, finish - 1)
  local function plain(c, hex)
    if c == "u" and #hex == 4 then return utf8.char(tonumber(hex, 16)) end
    return (unescapes[c] or c) .. hex
  end
  return raw:gsub("\\(.)(%x?%x?%x?%x?)", plain), finish + 1
end

local function read_array(text, at)
  local array = {}
  at = skip(text, at + 1)
  if text:sub(at, at) == "]" then return array, at + 1 end
  while true do
    array[#array + 1], at = read_value(text, at)
    at = skip(text, at)
    local c = text:sub(at, at)
    if c == "]" then return array, at + 1 end
    if c ~= "," then fail(text, at, "',' or ']' expected") end
    at = at + 1
  end
end

local function read_object(text, at)
  local object = {}
  at = skip(text, at + 1)
  if text:sub(at, at) == "}" then return object, at + 1 end
  while true do
    at = skip(text, at)
    if text:sub(at, at) ~= '"' then fail(text, at, "a key expected") end
    local key
    key, at = read_string(text, at)
    at = skip(text, at)
    if text:sub(at, at) ~= ":" then fail(text, at, "':' expected") end
    object[key], at = read_value(text, at + 1)
    at = skip(text, at)
    local c = text:sub(at, at)
    if c == "}" then return object, at + 1 end
    if c ~= "," then fail(text, at, "',' or '}' expected") end
    at = at + 1
  end
end

local words = { ["true"] = true, ["false"] = false, null = json.null }

function read_value(text, at)
  at = skip(text, at)
  local c = text:sub(at, at)
  if c == "{" then return read_object(text, at) end
  if c == "[" then return read_array(text, at) end
  if c == '"' then return read_string(text, at) end
  local number, after = text:match("^(-?%d+%.?%d*[eE]?[+-]?%d*)()", at)
  if number and tonumber(number) then return tonumber(number), after end
  local word, past = text:match("^(%a+)()", at)
  if words[word] ~= nil then return words[word], past end
  fail(text, at, "a value expected")
end

function json.decode(text)
  local value, at = read_value(text, 1)
  at = skip(text, at)
  if at <= #text then fail(text, at, "end expected") end
  return value
end

-- A round trip, and two mistakes.
local text = [[
{ "name": "Fife", "kind": "virtual machine", "stackless": true,
  "crates": ["arena", "bytecode", "compiler"], "version": [0, 1],
  "nested": { "pi": 3.14159, "none": null, "quote": "say \"hi\"\n", "snowman": "\u2603" } }
]]

local value = json.decode(text)
print(value.name, #value.crates, value.nested.pi, value.nested.none, value.nested.snowman)
print(json.encode(value))
print(json.encode(json.decode(json.encode(value))) == json.encode(value))
print(select(2, pcall(json.decode, '[1, 2\n, oops]')))
print(select(2, pcall(json.decode, '{"a": 1')))
