-- Bit operators on 32 bits in straight lines, a schedule of 64 words, string.unpack and string.format.
-- After FIPS 180-4.
-- Needs Lua 5.3: bit operators, integers of 64 bits, string.unpack.
local N = tonumber(arg and arg[1]) or 900
local K, H0 = {}, {}
do
  -- the first 32 bits of the fractional parts of roots of primes
  local primes, n = {}, 2
  while #primes < 64 do
    local is_prime = true
    for _, p in ipairs(primes) do
      if n % p == 0 then is_prime = false break end
    end
    if is_prime then primes[#primes + 1] = n end
    n = n + 1
  end
  for i, p in ipairs(primes) do
    -- by integers: floats round differently from one machine to another
    local function root(power)
      local low, high = 0, 1 << 36
      while low < high - 1 do
        local middle = (low + high) >> 1
        local whole, fraction = middle >> 32, middle & 0xFFFFFFFF
        local x = whole + fraction / 4294967296.0
        if x ^ power <= p then low = middle else high = middle end
      end
      return low & 0xFFFFFFFF
    end
    K[i] = root(3)
    if i <= 8 then H0[i] = root(2) end
  end
end
local function sha256(message)
  local length = #message
  message = message .. "\128" .. ("\0"):rep((55 - length) % 64) .. string.pack(">I8", length * 8)
  local h0, h1, h2, h3, h4, h5, h6, h7 = table.unpack(H0)
  local w = {}
  for chunk = 1, #message, 64 do
    for i = 0, 15 do w[i + 1] = string.unpack(">I4", message, chunk + i * 4) end
    for i = 17, 64 do
      local x, y = w[i - 15], w[i - 2]
      local s0 = ((x >> 7) | (x << 25)) ~ ((x >> 18) | (x << 14)) ~ (x >> 3)
      local s1 = ((y >> 17) | (y << 15)) ~ ((y >> 19) | (y << 13)) ~ (y >> 10)
      w[i] = (w[i - 16] + (s0 & 0xFFFFFFFF) + w[i - 7] + (s1 & 0xFFFFFFFF)) & 0xFFFFFFFF
    end
    local a, b, c, d, e, f, g, h = h0, h1, h2, h3, h4, h5, h6, h7
    for i = 1, 64 do
      local s1 = ((e >> 6) | (e << 26)) ~ ((e >> 11) | (e << 21)) ~ ((e >> 25) | (e << 7))
      local ch = (e & f) ~ (~e & g)
      local t1 = h + (s1 & 0xFFFFFFFF) + (ch & 0xFFFFFFFF) + K[i] + w[i]
      local s0 = ((a >> 2) | (a << 30)) ~ ((a >> 13) | (a << 19)) ~ ((a >> 22) | (a << 10))
      local maj = (a & b) ~ (a & c) ~ (b & c)
      h, g, f = g, f, e
      e = (d + t1) & 0xFFFFFFFF
      d, c, b = c, b, a
      a = (t1 + (s0 & 0xFFFFFFFF) + maj) & 0xFFFFFFFF
    end
    h0, h1, h2, h3 = (h0 + a) & 0xFFFFFFFF, (h1 + b) & 0xFFFFFFFF, (h2 + c) & 0xFFFFFFFF, (h3 + d) & 0xFFFFFFFF
    h4, h5, h6, h7 = (h4 + e) & 0xFFFFFFFF, (h5 + f) & 0xFFFFFFFF, (h6 + g) & 0xFFFFFFFF, (h7 + h) & 0xFFFFFFFF
  end
  return ("%08x%08x%08x%08x%08x%08x%08x%08x"):format(h0, h1, h2, h3, h4, h5, h6, h7)
end
assert(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
local digest = ""
for i = 1, N do digest = sha256(digest .. ("x"):rep(2000 + i)) end
print("sha256 " .. digest)
