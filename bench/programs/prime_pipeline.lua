-- Coroutines as a pipeline that grows: each prime found puts a filter of its own behind the others.
-- After McIlroy's sieve of processes, in Hoare, "Communicating sequential processes" (1978).
local N = tonumber(arg and arg[1]) or 200000
local create, resume, yield, status = coroutine.create, coroutine.resume, coroutine.yield, coroutine.status
local function numbers()
  return create(function()
    local n = 2
    while true do
      yield(n)
      n = n + 1
    end
  end)
end
local function filter(source, prime)
  return create(function()
    while true do
      local ok, n = resume(source)
      assert(ok, n)
      if n % prime ~= 0 then yield(n) end
    end
  end)
end
-- PUC-Rio Lua nests no more than 200 resumes, and fewer where each goes through other calls
local FILTERS = 60
local source, filters, prime, passed, sum = numbers(), 0, 0, 0, 0
while prime < N do
  local ok
  ok, prime = resume(source)
  assert(ok, prime)
  if filters < FILTERS then
    filters = filters + 1
    source = filter(source, prime)
  end
  passed = passed + 1
  sum = (sum * 31 + prime) % 1000000007
end
assert(status(source) == "suspended")
print(string.format("prime_pipeline %d %d %d", prime, passed, sum))
