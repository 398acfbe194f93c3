// Programs for the playground.

export const EXAMPLES = [
  [
    "Primes",
    `-- The sieve of Eratosthenes.
local function primes(limit)
  local composite, found = {}, {}
  for n = 2, limit do
    if not composite[n] then
      found[#found + 1] = n
      for multiple = n * n, limit, n do
        composite[multiple] = true
      end
    end
  end
  return found
end

local list = primes(100)
print(#list .. " primes up to 100:")
print(table.concat(list, " "))
`,
  ],
  [
    "Eight queens",
    `-- All ways to put eight queens on a board so that none attacks another.
local size, count = 8, 0

local function is_free(queens, row, column)
  for other = 1, row - 1 do
    local there = queens[other]
    if there == column or math.abs(there - column) == row - other then
      return false
    end
  end
  return true
end

local function place(queens, row)
  if row > size then
    count = count + 1
    if count == 1 then
      for _, column in ipairs(queens) do
        print((". "):rep(column - 1) .. "Q " .. (". "):rep(size - column))
      end
    end
    return
  end
  for column = 1, size do
    if is_free(queens, row, column) then
      queens[row] = column
      place(queens, row + 1)
    end
  end
  queens[row] = nil
end

place({}, 1)
print(count .. " solutions")
`,
  ],
  [
    "Producer and consumer",
    `-- Two coroutines: one makes values, the other one asks for them.
local function producer(words)
  return coroutine.wrap(function()
    for word in words:gmatch("%a+") do
      print("made", word)
      coroutine.yield(word)
    end
  end)
end

local function shout(source)
  return coroutine.wrap(function()
    for word in source do
      coroutine.yield(word:upper() .. "!")
    end
  end)
end

for loud in shout(producer("a fife is a small flute")) do
  print("got", loud)
end
`,
  ],
  [
    "Objects",
    `-- A class with a metatable, arithmetic, and a text form.
local Vector = {}
Vector.__index = Vector

function Vector.new(x, y)
  return setmetatable({x = x, y = y}, Vector)
end

function Vector.__add(a, b)
  return Vector.new(a.x + b.x, a.y + b.y)
end

function Vector.__tostring(v)
  return string.format("(%g, %g)", v.x, v.y)
end

function Vector:length()
  return math.sqrt(self.x ^ 2 + self.y ^ 2)
end

local v = Vector.new(3, 4) + Vector.new(2, 8)
print(v, v:length())
return v
`,
  ],
  [
    "An error",
    `-- Errors are shown with the place where they happened.
local config = {
  server = {host = "localhost"},
}

local function port_of(options)
  return options.sever.port or 80
end

print("connecting …")
print(port_of(config))
`,
  ],
  [
    "An endless loop",
    `-- Press Stop, or the Escape key. The page does not mind either way.
local turns = 0
while true do
  turns = turns + 1
  if turns % 1000000 == 0 then
    print(turns)
  end
end
`,
  ],
];
