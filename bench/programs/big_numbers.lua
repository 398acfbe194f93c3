-- Numbers of any size as arrays of digits, with every arithmetic and comparison metamethod: digits of pi, powers,
-- factorials.
-- After Machin's formula for pi (1706) and the classical algorithms of Knuth, "Seminumerical algorithms" (1969).
local N = tonumber(arg and arg[1]) or 3300
local BASE = 10000000
local floor = math.floor
local Big = {}
Big.__index = Big
local function trim(a)
  local n = #a
  while n > 1 and a[n] == 0 do
    a[n] = nil
    n = n - 1
  end
  return a
end
local function big(n)
  if type(n) == "table" then return n end
  local a = setmetatable({}, Big)
  repeat
    a[#a + 1] = n % BASE
    n = floor(n / BASE)
  until n == 0
  return a
end
local function compare(a, b)
  a, b = big(a), big(b)
  if #a ~= #b then return #a - #b end
  for i = #a, 1, -1 do
    if a[i] ~= b[i] then return a[i] - b[i] end
  end
  return 0
end
Big.__eq = function(a, b) return compare(a, b) == 0 end
Big.__lt = function(a, b) return compare(a, b) < 0 end
Big.__le = function(a, b) return compare(a, b) <= 0 end
Big.__add = function(a, b)
  a, b = big(a), big(b)
  local c, carry = setmetatable({}, Big), 0
  for i = 1, math.max(#a, #b) do
    local s = (a[i] or 0) + (b[i] or 0) + carry
    if s >= BASE then s, carry = s - BASE, 1 else carry = 0 end
    c[i] = s
  end
  if carry > 0 then c[#c + 1] = carry end
  return c
end
-- of a not less than b
Big.__sub = function(a, b)
  a, b = big(a), big(b)
  local c, borrow = setmetatable({}, Big), 0
  for i = 1, #a do
    local s = a[i] - (b[i] or 0) - borrow
    if s < 0 then s, borrow = s + BASE, 1 else borrow = 0 end
    c[i] = s
  end
  return trim(c)
end
Big.__mul = function(a, b)
  a, b = big(a), big(b)
  local c = setmetatable({}, Big)
  for i = 1, #a + #b do c[i] = 0 end
  for i = 1, #a do
    local carry, x = 0, a[i]
    for j = 1, #b do
      local s = c[i + j - 1] + x * b[j] + carry
      carry = floor(s / BASE)
      c[i + j - 1] = s % BASE
    end
    c[i + #b] = c[i + #b] + carry
  end
  return trim(c)
end
-- by a small number, and what is left
Big.__div = function(a, k)
  local c, rest = setmetatable({}, Big), 0
  for i = 1, #a do c[i] = 0 end
  for i = #a, 1, -1 do
    local s = rest * BASE + a[i]
    c[i] = floor(s / k)
    rest = s % k
  end
  return trim(c)
end
Big.__mod = function(a, k)
  local rest = 0
  for i = #a, 1, -1 do rest = (rest * BASE + a[i]) % k end
  return rest
end
Big.__pow = function(a, e)
  local result = big(1)
  while e > 0 do
    if e % 2 == 1 then result = result * a end
    a = a * a
    e = floor(e / 2)
  end
  return result
end
Big.__tostring = function(a)
  local out = { string.format("%d", a[#a]) }
  for i = #a - 1, 1, -1 do out[#out + 1] = string.format("%07d", a[i]) end
  return table.concat(out)
end
Big.__concat = function(a, b) return tostring(a) .. tostring(b) end
-- factor * arctan(1 / x) as two sums, of what is added and of what is taken off
local function arctangent(x, factor)
  local term = big(factor) / x
  local plus, minus, n = big(0), big(0), 1
  while term > big(0) do
    if n % 4 == 1 then plus = plus + term / n else minus = minus + term / n end
    term = term / (x * x)
    n = n + 2
  end
  return plus - minus
end
local one = big(10) ^ (N + 10)
local pi = arctangent(5, one * 16) - arctangent(239, one * 4)
local digits = tostring(pi):sub(1, N)
local check = 0
for i = 1, #digits do check = (check * 11 + digits:byte(i)) % 1000000007 end
local factorial = big(1)
for i = 1, N / 2 do factorial = factorial * i end
local text = factorial .. (big(3) ^ N)
for i = 1, #text do check = (check * 11 + text:byte(i)) % 1000000007 end
for p = 3, N, 2 do check = (check + factorial % p * p + (pi % p)) % 1000000007 end
assert(big(2) ^ 10 == big(1024) and big(7) <= big(7))
print(string.format("big_numbers %s %d", digits:sub(1, 10), check))
