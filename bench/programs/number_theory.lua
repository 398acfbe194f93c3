-- Functions with several results: greatest common divisors with their factors, remainders, powers, prime tests,
-- factors.
-- After Euclid, Knuth's volume 2, Miller (1976) and Rabin (1980), and Pollard's rho (1975).
local N = tonumber(arg and arg[1]) or 20000
local floor = math.floor
local function divide(a, b)
  local q = floor(a / b)
  return q, a - q * b
end
local function euclid(a, b)
  local x0, x1, y0, y1 = 1, 0, 0, 1
  while b ~= 0 do
    local q, r = divide(a, b)
    a, b = b, r
    x0, x1 = x1, x0 - q * x1
    y0, y1 = y1, y0 - q * y1
  end
  return a, x0, y0
end
local function power(base, exponent, modulus)
  local result = 1
  base = base % modulus
  while exponent > 0 do
    local half, odd = divide(exponent, 2)
    if odd == 1 then result = result * base % modulus end
    base = base * base % modulus
    exponent = half
  end
  return result
end
local function halves(n)
  local count = 0
  while n % 2 == 0 do
    n = floor(n / 2)
    count = count + 1
  end
  return n, count
end
local function is_prime(n)
  if n < 4 then return n > 1 end
  if n % 2 == 0 then return false end
  local odd, twos = halves(n - 1)
  for _, witness in ipairs { 2, 7, 61 } do
    if n % witness == 0 then return n == witness end
    local x = power(witness, odd, n)
    if x ~= 1 and x ~= n - 1 then
      local passes = false
      for _ = 2, twos do
        x = x * x % n
        if x == n - 1 then
          passes = true
          break
        end
      end
      if not passes then return false end
    end
  end
  return true
end
local function rho(n)
  if n % 2 == 0 then return 2 end
  local x, y, d, c = 2, 2, 1, 1
  while true do
    repeat
      x = (x * x + c) % n
      y = (y * y + c) % n
      y = (y * y + c) % n
      d = euclid(x > y and x - y or y - x, n)
    until d ~= 1
    if d ~= n then return d end
    x, y, d, c = 2, 2, 1, c + 1
  end
end
local function factors(n)
  if n == 1 then return end
  if is_prime(n) then return n end
  local d = rho(n)
  local list = { factors(d) }
  for _, f in ipairs { factors(floor(n / d)) } do list[#list + 1] = f end
  return (table.unpack or unpack)(list)
end
-- two remainders to one
local function chinese(a, m, b, n)
  local g, x = euclid(m, n)
  local difference = b - a
  if difference % g ~= 0 then return nil end
  local l = m / g * n
  return (a + m * (difference / g * x % (n / g))) % l, l
end
local primes, check = 0, 0
for i = 1, N do
  local n = i * 37 + 40001
  if is_prime(n) then primes = primes + 1 end
  local g, x, y = euclid(n, i * 19 + 7)
  check = (check * 7 + g + x - y) % 1000000007
  local sum, count = 0, select("#", factors(i + 100))
  for _, f in ipairs { factors(i + 100) } do sum = sum + f end
  check = (check * 3 + sum + count) % 1000000007
  local r, l = chinese(i % 91, 91, i % 60, 60)
  if r then check = (check + r + l) % 1000000007 end
end
print(string.format("number_theory %d %d", primes, check))
