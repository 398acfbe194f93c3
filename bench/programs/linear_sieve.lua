-- Memory-bound: the smallest prime factor of every number, scattered stores over a large array.
-- After Gries and Misra, "A linear sieve algorithm for finding prime numbers" (1978).
local N = tonumber(arg and arg[1]) or 2000000
local smallest, primes, count = {}, {}, 0
for i = 1, N do smallest[i] = 0 end
for i = 2, N do
  if smallest[i] == 0 then
    smallest[i] = i
    count = count + 1
    primes[count] = i
  end
  local least, k = smallest[i], 1
  local p = primes[1]
  while p and p <= least and p * i <= N do
    smallest[p * i] = p
    k = k + 1
    p = primes[k]
  end
end
-- Euler's totient of all of them, from the factors
local phi, sum = { 1 }, 1
for i = 2, N do
  local p = smallest[i]
  local rest = math.floor(i / p)
  local value
  if smallest[rest] == p then value = phi[rest] * p else value = phi[rest] * (p - 1) end
  phi[i] = value
  sum = (sum + value) % 1000000007
end
print(string.format("linear_sieve %d %d", count, sum))
