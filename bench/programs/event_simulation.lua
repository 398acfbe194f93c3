-- Closures that assign what they captured: events as functions in a heap by time, counters, queues of customers,
-- observers.
-- After the single-server queue of any book on simulation (Knuth's elevator, volume 1, section 2.2.5, is its ancestor).
local N = tonumber(arg and arg[1]) or 100000
local seed = 9
local function random()
  seed = seed * 16807 % 2147483647
  return seed / 2147483647
end
local function exponential(mean) return -mean * math.log(1 - random() + 1e-12) end
local function simulation()
  local now, heap, n, number = 0, {}, 0, 0
  local function before(a, b) return a.time < b.time or a.time == b.time and a.number < b.number end
  local function at(delay, action)
    number = number + 1
    n = n + 1
    local event, i = { time = now + delay, number = number, action = action }, n
    while i > 1 do
      local parent = (i - i % 2) / 2
      if before(heap[parent], event) then break end
      heap[i] = heap[parent]
      i = parent
    end
    heap[i] = event
  end
  local function step()
    local top = heap[1]
    if not top then return false end
    local last = heap[n]
    heap[n] = nil
    n = n - 1
    if n > 0 then
      local i = 1
      while i * 2 <= n do
        local child = i * 2
        if child < n and before(heap[child + 1], heap[child]) then child = child + 1 end
        if not before(heap[child], last) then break end
        heap[i] = heap[child]
        i = child
      end
      heap[i] = last
    end
    now = top.time
    top.action()
    return true
  end
  return at, step, function() return now end
end
local at, step, now = simulation()
local function server(name, mean, next_server)
  local queue, first, last, busy, served, waited, longest = {}, 1, 0, false, 0, 0, 0
  local observers = {}
  local start
  local function finish(customer)
    return function()
      busy = false
      served = served + 1
      for _, observer in ipairs(observers) do observer(customer) end
      if next_server then next_server.arrive(customer) end
      if first <= last then
        local waiting = queue[first]
        queue[first] = nil
        first = first + 1
        start(waiting)
      end
    end
  end
  function start(customer)
    busy = true
    waited = waited + (now() - customer.since)
    at(exponential(mean), finish(customer))
  end
  local self = {}
  function self.arrive(customer)
    customer.since = now()
    if busy then
      last = last + 1
      queue[last] = customer
      if last - first + 1 > longest then longest = last - first + 1 end
    else
      start(customer)
    end
  end
  function self.observe(f) observers[#observers + 1] = f end
  function self.report() return served, waited, longest end
  return self
end
local counter = server("counter", 0.7)
local kitchen = server("kitchen", 0.8, counter)
local arrived, left, sum = 0, 0, 0
counter.observe(function(customer)
  left = left + 1
  sum = (sum * 3 + customer.id) % 1000003
end)
kitchen.observe(function() arrived = arrived - 1 end)
local function arrive()
  arrived = arrived + 1
  kitchen.arrive { id = arrived, since = now() }
  if left + arrived < N then at(exponential(1), arrive) end
end
at(0, arrive)
local steps = 0
while step() and left < N do steps = steps + 1 end
local served, waited, longest = kitchen.report()
print(string.format("event_simulation %d %d %d %d %d", steps, served, math.floor(waited), longest, sum))
