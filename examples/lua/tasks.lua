-- Tasks that take turns, each with things to be closed when it ends, whichever way that is.
--   fife examples/lua/tasks.lua
local Task = {}
Task.__index = Task

function Task.new(name, body)
  return setmetatable({ name = name, thread = coroutine.create(body) }, Task)
end

function Task:step()
  local fine, message = coroutine.resume(self.thread, self)
  if not fine then
    print(self.name .. " failed: " .. tostring(message))
    -- What was to be closed when it failed is closed now.
    coroutine.close(self.thread)
  end
  return coroutine.status(self.thread) ~= "dead"
end

local function guard(text)
  return setmetatable({}, { __close = function() print(text) end })
end

local function counter(last)
  return function(task)
    local closing <close> = guard(task.name .. " is closed")
    for number = 1, last do
      print(task.name, number)
      coroutine.yield()
    end
  end
end

local tasks = {
  Task.new("one", counter(2)),
  Task.new("two", counter(3)),
  Task.new("three", function(task)
    local closing <close> = guard(task.name .. " is closed")
    coroutine.yield()
    error("nothing to count", 0)
  end),
}
while #tasks > 0 do
  for index = #tasks, 1, -1 do
    if not tasks[index]:step() then table.remove(tasks, index) end
  end
end
