-- A closing method's error is raised while the xpcall still sees errors: its handler is called for that, too.
local function closing(name)
  return setmetatable({}, { __close = function(_, err) error(name .. "<" .. tostring(err) .. ">", 0) end })
end
local function handler(err) return "h(" .. tostring(err) .. ")" end
local function body()
  local a <close> = closing("a")
  local b <close> = closing("b")
  error("body", 0)
end
print(xpcall(body, handler)) -- expect: false	h(a<h(b<h(body)>)>)
print(coroutine.wrap(function() return xpcall(body, handler) end)()) -- expect: false	h(a<h(b<h(body)>)>)
print(xpcall(function() -- expect: false	h(a<nil>)
  local a <close> = closing("a")
  return 1
end, handler))
-- A protected call in between has no handler.
print(xpcall(function() return pcall(body) end, handler)) -- expect: true	false	a<b<body>>
-- Closing that starts in a handler.
print(xpcall(function() error("first", 0) end, function(err) -- expect: false	a<b<body>>	first
  local _, message = pcall(body)
  return message .. "\t" .. err
end))
-- The remaining variables are still closed.
local log = {}
local function logging(name)
  return setmetatable({}, { __close = function(_, err) log[#log + 1] = name .. ":" .. tostring(err) end })
end
print(xpcall(function() -- expect: false	h(b<h(body)>)
  local x <close> = logging("x")
  local b <close> = closing("b")
  local y <close> = logging("y")
  error("body", 0)
end, handler))
print(table.concat(log, " ")) -- expect: y:h(body) x:h(b<h(body)>)
