-- What every program finds in its globals, and how it is run: the same in Fife and in PUC Lua.
-- `emit` takes a string as output.
local emit = ...
local format, gsub, rep, byte = string.format, string.gsub, string.rep, string.byte
local concat, sort, pack, unpack = table.concat, table.sort, table.pack, table.unpack
local tostring, type, select, pcall, xpcall, load = tostring, type, select, pcall, xpcall, load
local next, rawget, rawlen, rawequal = next, rawget, rawlen, rawequal
local mathtype, status, wrap = math.type, coroutine.status, coroutine.wrap
local traceback, getlocal = debug.traceback, debug.getlocal

local libraries = {[getmetatable("")] = true, [_G] = true}
for name, value in next, package.loaded do libraries[value] = true end

-- A value without what is an implementation's choice (addresses, the order of keys), and without metamethods.
local function text(value, depth)
  local kind = type(value)
  if kind == "number" then
    return mathtype(value) == "integer" and format("%d", value) or format("%.17gf", value)
  elseif kind == "string" then
    local size = #value
    if size > 200 then value = value:sub(1, 100) .. "..." .. value:sub(-20) .. "#" .. size end
    return '"' .. gsub(value, "[%c\128-\255\\\"]", function(c) return format("\\%03d", byte(c)) end) .. '"'
  elseif kind == "table" then
    if libraries[value] then return "library" end
    if depth == 0 then return "{...}" end
    local entries, count = {}, 0
    for k, v in next, value do
      count = count + 1
      if count > 60 then entries[count] = "..." break end
      entries[count] = (type(k) == "number" and format(k < 0 and "-%021.3f" or " %021.3f", k < 0 and -k or k) or "")
        .. "[" .. text(k, 0) .. "]=" .. text(v, depth - 1)
    end
    sort(entries)
    for i = 1, count do entries[i] = gsub(entries[i], "^.*%d%.%d%d%d%[", "[", 1) end
    return "{" .. concat(entries, ", ") .. "}"
  elseif kind == "thread" then
    return "thread:" .. status(value)
  elseif kind == "nil" or kind == "boolean" then
    return tostring(value)
  end
  return kind
end

local function texts(...)
  local shown = pack(...)
  for i = 1, shown.n do shown[i] = text(shown[i], 3) end
  return concat(shown, " ")
end

-- Prints values so that all of them can be told apart.
function show(...)
  emit(texts(...) .. "\n")
end

-- As Lua's own, but to `emit`.
function print(...)
  local shown = pack(...)
  for i = 1, shown.n do shown[i] = tostring(shown[i]) end
  emit(concat(shown, "\t") .. "\n")
end

-- As Lua's own, but without addresses.
function _G.tostring(...)
  local kind = select("#", ...) > 0 and type((...))
  if kind == "table" or kind == "function" or kind == "thread" or kind == "userdata" then
    return (gsub(tostring(...), ": 0x%x+$", ": 0x", 1))
  end
  return tostring(...)
end

-- Calls a function, and shows what it returns or its error.
function try(f, ...)
  emit(texts(pcall(f, ...)) .. "\n")
end

-- Shows a value and returns it: says when something is evaluated.
function log(...)
  emit("log " .. texts(...) .. "\n")
  return ...
end

-- The traceback from a level down to this file.
function trace(level)
  return (gsub(tostring(traceback("", level + 1)), "\n[^\n]*prelude:.*", ""))
end

-- A local variable of a level, but not what a loop keeps for itself.
function variable(...)
  local thread, level, number = ...
  local name, value
  if type(thread) == "thread" then
    name, value = getlocal(thread, level, number)
  else
    name, value = getlocal(thread + 1, level)
  end
  if name and byte(name) == 40 then return name end
  return name, value
end

-- A value that is not nil.
function some(value)
  if value == nil then return "nil" end
  return value
end

-- A key of a table with a single one, since the order of more is the implementation's.
function single(t)
  local k = next(t)
  if k ~= nil and next(t, k) == nil then return k end
end

-- Loads and runs a program. The error it ends with, if any, is shown with a traceback down to here.
return function(source, as_coroutine)
  local program, message = load(source, "=p")
  if not program then
    emit("syntax error: " .. message .. "\n")
    return
  end
  -- A hook of the program must not see what is done here; and others must stay.
  local unhook = source:find("sethook", 1, true) and debug.sethook or type
  local function handler(e)
    unhook(nil)
    emit("error " .. text(e, 3) .. "\n")
    -- Through `tostring`, since what `traceback` is given may be no string.
    emit(trace(2) .. "\n")
    return e
  end
  local function run(...)
    local results = pack(xpcall(program, handler, ...))
    unhook(nil)
    emit(texts("end", unpack(results, 2, results.n)) .. "\n")
  end
  if as_coroutine then
    local co = coroutine.create(run)
    local results = pack(coroutine.resume(co, 1, "two", 3.5))
    for i = 1, 50 do
      if status(co) == "dead" then break end
      emit("yielded " .. texts(unpack(results, 1, results.n)) .. "\n")
      results = pack(coroutine.resume(co, i, "resumed"))
    end
    emit(texts(status(co), unpack(results, 1, results.n)) .. "\n")
  else
    run(1, "two", 3.5)
  end
end
