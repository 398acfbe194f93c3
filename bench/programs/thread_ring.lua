-- Coroutines as tasks: a ring that passes a token, mailboxes as queues, sleepers in a list by time, and a scheduler in
-- turns.
-- After the thread-ring program of the Computer Language Benchmarks Game, which goes back to Armstrong.
local N = tonumber(arg and arg[1]) or 700000
local yield, create, resume = coroutine.yield, coroutine.create, coroutine.resume
local ready, first, last = {}, 1, 0
local clock, sleepers = 0, {}
local function make_ready(task)
  last = last + 1
  ready[last] = task
end
local function spawn(f, ...)
  local task = { mail = {}, first = 1, last = 0, routine = create(f) }
  task.start = { task, ... }
  make_ready(task)
  return task
end
local function send(task, message)
  task.last = task.last + 1
  task.mail[task.last] = message
  if task.is_waiting then
    task.is_waiting = false
    make_ready(task)
  end
end
local function receive(task)
  while task.first > task.last do
    task.is_waiting = true
    yield("wait")
  end
  local message = task.mail[task.first]
  task.mail[task.first] = nil
  task.first = task.first + 1
  return message
end
local function sleep(task, time)
  task.wake = clock + time
  local at = #sleepers
  while at > 0 and sleepers[at].wake < task.wake do at = at - 1 end
  table.insert(sleepers, at + 1, task)
  yield("sleep")
end
local switches = 0
local function run()
  while true do
    while first <= last do
      local task = ready[first]
      ready[first] = nil
      first = first + 1
      switches = switches + 1
      local start = task.start
      local ok, why
      if start then
        task.start = nil
        ok, why = resume(task.routine, (table.unpack or unpack)(start))
      else
        ok, why = resume(task.routine)
      end
      if not ok then error(why) end
      if why == "turn" then make_ready(task) end
    end
    local sleeper = table.remove(sleepers)
    if not sleeper then return end
    clock = sleeper.wake
    make_ready(sleeper)
  end
end
local ring, winner = {}, 0
for i = 1, 503 do
  ring[i] = spawn(function(self, number)
    while true do
      local token = receive(self)
      if token == 0 then
        winner = number
      elseif token > 0 then
        send(ring[number % 503 + 1], token - 1)
      end
    end
  end, i)
end
local ticks = 0
for i = 1, 50 do
  spawn(function(self)
    for round = 1, N / 3000 do
      sleep(self, (i * 7 + round * 13) % 29 + 1)
      ticks = ticks + clock % 17
      yield("turn")
    end
  end)
end
send(ring[1], N)
run()
print(string.format("thread_ring %d %d %d %d", winner, switches, ticks, clock))
