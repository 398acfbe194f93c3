-- Coroutines as a pipeline: streams of coefficients that add, multiply and invert one another, modulo a prime.
-- After McIlroy, "Squinting at power series" (1990).
local N = tonumber(arg and arg[1]) or 170
local P = 32749
local yield, wrap = coroutine.yield, coroutine.wrap
local function stream(body) return wrap(function() body() while true do yield(0) end end) end
local function inverse(a)
  local result, e = 1, P - 2
  while e > 0 do
    if e % 2 == 1 then result = result * a % P end
    a = a * a % P
    e = math.floor(e / 2)
  end
  return result
end
-- a stream that is read twice
local function split(s)
  local function side(mine, other)
    return wrap(function()
      while true do
        if mine.first <= mine.last then
          local v = mine[mine.first]
          mine[mine.first] = nil
          mine.first = mine.first + 1
          yield(v)
        else
          local v = s()
          other.last = other.last + 1
          other[other.last] = v
          yield(v)
        end
      end
    end)
  end
  local a, b = { first = 1, last = 0 }, { first = 1, last = 0 }
  return side(a, b), side(b, a)
end
local function add(f, g) return stream(function() while true do yield((f() + g()) % P) end end) end
local function scale(c, f) return stream(function() while true do yield(c * f() % P) end end) end
local function shift(f) return stream(function() yield(0) while true do yield(f()) end end) end
local function multiply(f, g)
  return stream(function()
    local f0, g0 = f(), g()
    yield(f0 * g0 % P)
    local f1, f2 = split(f)
    local g1, g2 = split(g)
    local sum = add(add(scale(f0, g1), scale(g0, f1)), shift(multiply(f2, g2)))
    while true do yield(sum()) end
  end)
end
local function integers()
  return stream(function() for i = 1, math.huge do yield(i % P) end end)
end
local function integrate(f, constant)
  return stream(function()
    yield(constant)
    local n = 1
    while true do
      yield(f() * inverse(n) % P)
      n = n + 1
    end
  end)
end
-- exp solves f' = f: its own output feeds it
local function exponential()
  local past, n = { 1 }, 0
  return stream(function()
    yield(1)
    local source = stream(function()
      for i = 1, math.huge do yield(past[i]) end
    end)
    local i = integrate(source, 1)
    i()
    while true do
      local v = i()
      past[#past + 1] = v
      yield(v)
    end
  end)
end
local check = 0
local function take(s, n)
  for _ = 1, n do check = (check * 31 + s()) % 1000000007 end
end
for round = 1, N do
  -- PUC-Rio Lua nests no more than 200 resumes
  take(multiply(integers(), integers()), 40)
  take(multiply(exponential(), exponential()), 40)
  take(add(integers(), shift(exponential())), 40 + round)
end
print(string.format("power_series %d", check))
