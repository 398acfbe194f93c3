-- A cache of the least recently used kind: a doubly linked list, keys that come and go, stores of nil.
local N = tonumber(arg and arg[1]) or 400000
local Cache = {}
Cache.__index = Cache
function Cache.new(size)
  local head, tail = {}, {}
  head.next, tail.previous = tail, head
  return setmetatable({ size = size, count = 0, entries = {}, head = head, tail = tail }, Cache)
end
local function unlink(entry)
  entry.previous.next = entry.next
  entry.next.previous = entry.previous
  entry.previous, entry.next = nil, nil
end
function Cache:put_first(entry)
  local second = self.head.next
  entry.previous, entry.next = self.head, second
  self.head.next, second.previous = entry, entry
end
function Cache:get(key)
  local entry = self.entries[key]
  if not entry then return nil end
  unlink(entry)
  self:put_first(entry)
  return entry.value
end
function Cache:set(key, value)
  if self.count >= self.size then
    local oldest = self.tail.previous
    unlink(oldest)
    self.entries[oldest.key] = nil
    self.count = self.count - 1
  end
  local entry = { key = key, value = value }
  self.entries[key] = entry
  self:put_first(entry)
  self.count = self.count + 1
end
local cache, seed, hits, sum = Cache.new(1000), 1, 0, 0
for i = 1, N do
  seed = seed * 16807 % 2147483647
  -- small keys are asked for more often
  local key = seed % 2 == 0 and seed % 800 or seed % 100000
  local value = cache:get(key)
  if value then
    hits = hits + 1
    sum = (sum + value) % 1000003
  else
    cache:set(key, key * 3 % 1009)
  end
end
print(string.format("lru_cache %d %d", hits, sum))
