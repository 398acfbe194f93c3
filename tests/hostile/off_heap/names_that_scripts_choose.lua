-- hostile: fuel=400M memory=32M libraries=all expect=ok
-- Names of variables, fields, labels, modules and types, quoted in messages and tracebacks, and kept.
local state = 1
for _, length in ipairs{ 10, 1000, 4090, 30000, 300000 } do
  local name = ("n"):rep(length)
  local kept = {}
  local makes = {
    function() return load("local " .. name .. " = 1 return function() return " .. name .. " end") end,
    function() return select(2, load("goto " .. name)) end,
    function() return select(2, pcall(load("local t = {} return t." .. name .. ".x"))) end,
    function() return select(2, pcall(load("return " .. name .. "()"))) end,
    function() return select(2, pcall(function() return setmetatable({}, { __name = name }) + 1 end)) end,
    function() return select(2, pcall(require, name)) end,
    function() package.preload[name] = function() return true end local r = require(name) package.loaded[name] = nil return r end,
    function() return debug.traceback(name) end,
    function() return load("error('e')", "@" .. name) end,
    function() return select(2, pcall(load("error('e')", "@" .. name))) end,
    function() return select(2, xpcall(load("local function " .. name .. "() error('e') end " .. name .. "()"), debug.traceback)) end,
    function() return debug.getinfo(load("return 1", "=" .. name), "S").source end,
    function() return debug.getlocal(load("return function(" .. name .. ") end")(), 1) end,
    function() return select(2, io.open(name)) end,
    function() return select(2, pcall(string.rep, name, "x")) end,
    function() return package.searchpath(name, "?;?.lua;/?/?") end,
    function() return os.getenv(name) end,
    function() return select(2, pcall(string.format, "%d", name)) end,
  }
  for number, make in ipairs(makes) do
    for i = 1, 30 do
      local fine, message = pcall(make)
      assert(fine or type(message) ~= "string" or not message:find("internal"), message)
      kept[number * 31 + i] = message
    end
    if length > 4000 then kept = {} end
  end
end
print("ok")
