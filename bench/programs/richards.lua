-- Objects, queues of packets as linked lists, and methods found through metatables: a simulated operating system.
-- After Martin Richards's benchmark of 1980.
local N = tonumber(arg and arg[1]) or 10
local IDLE, WORKER, HANDLER_A, HANDLER_B, DEVICE_A, DEVICE_B = 1, 2, 3, 4, 5, 6
local KIND_DEVICE, KIND_WORK = 0, 1

local Packet = {}
Packet.__index = Packet
function Packet.new(link, id, kind)
  return setmetatable({ link = link, id = id, kind = kind, first = 0, data = { 0, 0, 0, 0 } }, Packet)
end
function Packet:append_to(queue)
  self.link = nil
  if not queue then return self end
  local last = queue
  while last.link do last = last.link end
  last.link = self
  return queue
end

local Task = {}
Task.__index = Task
function Task:is_held_or_waiting()
  return self.held or (not self.pending and self.waiting)
end
function Task:take_packet()
  local packet = self.queue
  self.queue = packet.link
  self.waiting = false
  self.pending = self.queue ~= nil
  return packet
end

local Scheduler = {}
Scheduler.__index = Scheduler
function Scheduler.new()
  return setmetatable({ tasks = {}, list = nil, current = nil, queued = 0, holds = 0 }, Scheduler)
end
function Scheduler:add(class, id, priority, queue, running)
  local task = setmetatable({
    link = self.list, id = id, priority = priority, queue = queue, scheduler = self,
    pending = queue ~= nil, waiting = not running, held = false,
  }, class)
  self.list = task
  self.tasks[id] = task
  return task
end
function Scheduler:hold()
  self.holds = self.holds + 1
  self.current.held = true
  return self.current.link
end
function Scheduler:release(id)
  local task = self.tasks[id]
  task.held = false
  if task.priority > self.current.priority then return task end
  return self.current
end
function Scheduler:wait()
  self.current.waiting = true
  return self.current
end
function Scheduler:send(packet)
  local task = self.tasks[packet.id]
  self.queued = self.queued + 1
  packet.link = nil
  packet.id = self.current.id
  if not task.queue then
    task.queue = packet
    task.pending = true
    if task.priority > self.current.priority then return task end
  else
    task.queue = packet:append_to(task.queue)
  end
  return self.current
end
function Scheduler:run()
  self.current = self.list
  while self.current do
    local task = self.current
    if task:is_held_or_waiting() then
      self.current = task.link
    else
      local packet
      if task.waiting and task.pending then packet = task:take_packet() end
      self.current = task:run(packet)
    end
  end
end

local function subclass() 
  local class = setmetatable({}, { __index = Task })
  class.__index = class
  return class
end

local Idle = subclass()
function Idle:run()
  self.count = self.count - 1
  if self.count == 0 then return self.scheduler:hold() end
  if self.control % 2 == 0 then
    self.control = math.floor(self.control / 2)
    return self.scheduler:release(DEVICE_A)
  end
  -- x ~ 0xD008 in arithmetic: the bits of a shift register
  local half, mask, flipped, bit = math.floor(self.control / 2), 0xD008, 0, 1
  for _ = 1, 16 do
    if half % 2 ~= mask % 2 then flipped = flipped + bit end
    half, mask, bit = math.floor(half / 2), math.floor(mask / 2), bit * 2
  end
  self.control = flipped
  return self.scheduler:release(DEVICE_B)
end

local Worker = subclass()
function Worker:run(packet)
  if not packet then return self.scheduler:wait() end
  self.handler = self.handler == HANDLER_A and HANDLER_B or HANDLER_A
  packet.id = self.handler
  packet.first = 1
  for i = 1, 4 do
    self.letter = self.letter + 1
    if self.letter > 26 then self.letter = 1 end
    packet.data[i] = self.letter + 64
  end
  return self.scheduler:send(packet)
end

local Handler = subclass()
function Handler:run(packet)
  if packet then
    if packet.kind == KIND_WORK then
      self.work = packet:append_to(self.work)
    else
      self.devices = packet:append_to(self.devices)
    end
  end
  local work = self.work
  if work then
    if work.first > 4 then
      self.work = work.link
      return self.scheduler:send(work)
    end
    local device = self.devices
    if device then
      self.devices = device.link
      device.first = work.data[work.first]
      work.first = work.first + 1
      return self.scheduler:send(device)
    end
  end
  return self.scheduler:wait()
end

local Device = subclass()
function Device:run(packet)
  if packet then
    self.held_packet = packet
    return self.scheduler:hold()
  end
  local waiting = self.held_packet
  if not waiting then return self.scheduler:wait() end
  self.held_packet = nil
  return self.scheduler:send(waiting)
end

local function simulate(count)
  local s = Scheduler.new()
  local idle = s:add(Idle, IDLE, 0, nil, true)
  idle.count, idle.control = count, 1
  local queue = Packet.new(nil, WORKER, KIND_WORK)
  queue = Packet.new(queue, WORKER, KIND_WORK)
  local worker = s:add(Worker, WORKER, 1000, queue, false)
  worker.handler, worker.letter = HANDLER_A, 0
  for i, id in ipairs { HANDLER_A, HANDLER_B } do
    local device = id + 2
    queue = nil
    for _ = 1, 3 do queue = Packet.new(queue, device, KIND_DEVICE) end
    s:add(Handler, id, 1000 + i * 1000, queue, false)
  end
  s:add(Device, DEVICE_A, 4000, nil, false)
  s:add(Device, DEVICE_B, 5000, nil, false)
  s:run()
  return s.queued, s.holds
end

local queued, holds = 0, 0
for _ = 1, N do
  local q, h = simulate(10000)
  queued, holds = queued + q, holds + h
end
print(string.format("richards %d %d", queued, holds))
