-- hostile: fuel=1G memory=24M libraries=all expect=ok|fuel
-- Natives and errors that quote or return a long name when there is no room for a copy of it.
local name = ("n"):rep(1000000)
local file = io.tmpfile()
local object = setmetatable({}, { __name = name })
local failing = load("local " .. name .. " return function() return " .. name .. ".x end")()
local works = {
  load("local " .. name .. " = 1 return (debug.getlocal(1, 1))"),
  load("local " .. name .. " = 1 return (debug.setlocal(1, 1, 2))"),
  function() return debug.getupvalue(failing, 1) end,
  function() return failing() end,
  load("return " .. name .. "()", "=c"),
  load("local t = {} return t." .. name .. ".x", "=c"),
  load("local t = {} return t:" .. name .. "()", "=c"),
  load("local function " .. name .. "() return debug.getinfo(1, 'n').name end local r = " .. name .. "() return r", "=c"),
  load("local function " .. name .. "() return (debug.traceback('t')) end local r = " .. name .. "() return r", "=c"),
  load("local function " .. name .. "() error('e') end " .. name .. "()", "=c"),
  function() return object + 1 end,
  function() return object < object end,
  function() return #object .. object end,
  function() return tostring(object) end,
  function() return ("x"):rep(object) end,
  function() return math.floor(object) end,
  function() return require(name) end,
  function() return package.searchpath(name, "?") end,
  function() return io.open(name) end,
  function() return io.lines(name) end,
  function() return os.remove(name) end,
  function() return os.rename(name, name) end,
  function() return os.getenv(name) end,
  function() return os.date(name) end,
  function() return os.date("%" .. name) end,
  function() return os.time({ year = name, month = 1, day = 1 }) end,
  function() return os.setlocale(name, name) end,
  function() return collectgarbage(name) end,
  function() return select(name) end,
  function() return tonumber(name) end,
  function() return tonumber(name, 36) end,
  function() return name + 1 end,
  function() return string.pack(name) end,
  function() return string.format("%" .. name) end,
  function() return string.format("%d", name) end,
  function() return string.format("%s", object) end,
  function() return load("x", name, name) end,
  function() return load("= =", "=" .. name) end,
  function() return load(name .. name) end,
  function() return loadfile(name) end,
  function() return dofile(name) end,
  function() return file:read(name) end,
  function() return file:seek(name) end,
  function() return file:setvbuf(name) end,
  function() return file:write(object) end,
  function() return debug.getinfo(1, name) end,
  function() return debug.traceback(name) end,
  function() return error(name) end,
  function() return error(name, 1) end,
  function() return assert(false, name) end,
  function() return warn(name) end,
  function() return string.dump(failing) end,
  function() return utf8.len(name) end,
  function() return utf8.codepoint(name, 1, 2) end,
  function() return name:find(name .. "%") end,
  function() return name:gsub("n", "%2") end,
  function() return table.concat({ name, object }) end,
  function() return table.concat({ name, name }, name) end,
  function() return coroutine.wrap(function() error(name) end)() end,
  function() return coroutine.close(coroutine.create(function() end), name) end,
  function() return xpcall(error, debug.traceback, name) end,
  function() return io.popen(name, name) end,
  function() return debug.getregistry()[name] end,
  function() return print(object) end,
  function() return rawset({}, name, 1) end,
  function() return next({}, name) end,
  function() return setmetatable({}, { __index = function() error(name) end }).x end,
  function() return string.byte(name, 1, -1) end,
  function() return name:upper() end,
  function() return name .. object end,
}
local kept, count, piece = {}, 0, ("s"):rep(60000)
local function fill()
  while true do count = count + 1 kept[count] = piece .. count end
end
for number, work in ipairs(works) do
  pcall(fill)
  local fill_small = function() while true do count = count + 1 kept[count] = { count } end end
  pcall(fill_small)
  for i = 1, 3 do pcall(work) end
  kept, count = {}, 0
end
print("ok")
