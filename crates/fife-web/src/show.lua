-- Shows what an input evaluates to. Runs as any script does: in turns, from the fuel of the job, and to be interrupted.
-- What it uses of the library it keeps, so that a script which changes its globals changes nothing here.

local emit = ...
local type, next, pcall, rawget, rawlen, tostring = type, next, pcall, rawget, rawlen, tostring
local getmetatable, select, format = getmetatable, select, string.format
local find, gsub, sub, byte, rep = string.find, string.gsub, string.sub, string.byte, string.rep
local concat, sort, mathtype, len = table.concat, table.sort, math.type, utf8.len

local DEPTH <const>, ITEMS <const>, TEXT <const>, WIDTH <const> = 3, 24, 1000, 68

local NAMED = {["\n"] = "\\n", ["\t"] = "\\t", ["\r"] = "\\r", ['"'] = '\\"', ["\\"] = "\\\\"}

local function escape(char)
  return NAMED[char] or format("\\x%02X", byte(char))
end

local function quote(text)
  local shown = sub(text, 1, TEXT)
  shown = gsub(shown, len(shown) and '[%c"\\]' or '[%c"\\\x80-\xff]', escape)
  local rest = #text - TEXT
  return '"' .. shown .. '"' .. (rest > 0 and format(" (%d bytes more)", rest) or "")
end

-- A text by tostring, for what has no form of its own.
local function by_name(value)
  local ok, text = pcall(tostring, value)
  return ok and text or format("(a %s whose __tostring failed)", type(value))
end

local function speaks_for_itself(value)
  local meta = getmetatable(value)
  return type(meta) == "table" and rawget(meta, "__tostring") or meta and type(meta) ~= "table"
end

local show

local function key_text(key)
  if type(key) == "string" and find(key, "^[%a_][%w_]*$") then
    return key
  end
  return "[" .. show(key, DEPTH) .. "]"
end

-- Strings first, in their order; other keys as they come.
local function before(one, other)
  local is_text, is_other = type(one) == "string", type(other) == "string"
  if is_text and is_other then
    return one < other
  end
  return is_text and not is_other
end

local function show_table(value, depth, indent)
  local parts, count = {}, rawlen(value)
  for index = 1, count do
    if #parts == ITEMS then
      parts[#parts + 1] = format("… %d more", count - ITEMS)
      break
    end
    parts[#parts + 1] = show(rawget(value, index), depth, indent .. "  ")
  end
  local keys, more = {}, 0
  for key in next, value do
    if mathtype(key) ~= "integer" or key < 1 or key > count then
      if #keys < 4 * ITEMS then
        keys[#keys + 1] = key
      else
        more = more + 1
      end
    end
  end
  sort(keys, before)
  for index = 1, #keys do
    if index > ITEMS then
      more = more + #keys - ITEMS
      break
    end
    parts[#parts + 1] = key_text(keys[index]) .. " = " .. show(rawget(value, keys[index]), depth, indent .. "  ")
  end
  if more > 0 then
    parts[#parts + 1] = format("… %d more", more)
  end
  if #parts == 0 then
    return "{}"
  end
  local line = "{" .. concat(parts, ", ") .. "}"
  if #line + #indent <= WIDTH and not find(line, "\n", 1, true) then
    return line
  end
  local inner = "\n" .. indent .. "  "
  return "{" .. inner .. concat(parts, "," .. inner) .. "\n" .. indent .. "}"
end

function show(value, depth, indent)
  local kind = type(value)
  if kind == "string" then
    return quote(value)
  elseif kind ~= "table" or speaks_for_itself(value) then
    return by_name(value)
  elseif depth >= DEPTH then
    return next(value) == nil and "{}" or "{…}"
  end
  return show_table(value, depth + 1, indent or "")
end

return function(...)
  local shown, count = {}, select("#", ...)
  for index = 1, count do
    if index > ITEMS then
      shown[index] = format("… %d more", count - ITEMS)
      break
    end
    shown[index] = show(select(index, ...), 0)
  end
  emit(concat(shown, ", ") .. "\n")
end
