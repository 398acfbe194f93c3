-- A pipeline of coroutines: each stage pulls from the one before, only as much as is asked for.
local function source(text)
  return coroutine.wrap(function()
    for word in text:gmatch("%a+") do coroutine.yield(word) end
  end)
end

local function map(from, f)
  return coroutine.wrap(function()
    for item in from do coroutine.yield(f(item)) end
  end)
end

local function filter(from, wanted)
  return coroutine.wrap(function()
    for item in from do
      if wanted(item) then coroutine.yield(item) end
    end
  end)
end

local function take(from, n)
  return coroutine.wrap(function()
    for _ = 1, n do
      local item = from()
      if item == nil then return end
      coroutine.yield(item)
    end
  end)
end

local function numbered(from)
  return coroutine.wrap(function()
    local n = 0
    for item in from do
      n = n + 1
      coroutine.yield(n, item)
    end
  end)
end

local text = "The fife is a small flute of high pitch, like the piccolo but louder and shriller"

local long_words = filter(source(text), function(word) return #word > 3 end)
local shouted = map(long_words, string.upper)
for n, word in numbered(take(shouted, 5)) do print(n, word) end

-- An endless stage is no trouble: the primes, by a sieve that grows a filter per prime.
local function integers(from)
  return coroutine.wrap(function()
    for n = from, math.huge do coroutine.yield(n) end
  end)
end

local primes = coroutine.wrap(function()
  local numbers = integers(2)
  while true do
    local prime = numbers()
    coroutine.yield(prime)
    numbers = filter(numbers, function(n) return n % prime ~= 0 end)
  end
end)

local first = {}
for prime in take(primes, 12) do first[#first + 1] = prime end
print(table.concat(first, " "))
