-- Integral floats as bounds and keys: a fast Fourier transform in place, written as for Lua 5.1, where every number is
-- a float.
-- After Cooley and Tukey, "An algorithm for the machine calculation of complex Fourier series" (1965).
local N = tonumber(arg and arg[1]) or 16
local pi, cos, sin = math.pi, math.cos, math.sin

local function transform(re, im, n, sign)
  -- reorder by reversed bits
  local j = 0
  for i = 0, n - 2 do
    if i < j then
      re[i], re[j] = re[j], re[i]
      im[i], im[j] = im[j], im[i]
    end
    local m = n / 2
    while m >= 1 and j >= m do
      j = j - m
      m = m / 2
    end
    j = j + m
  end
  local half = 1
  while half < n do
    local step = half * 2
    for k = 0, half - 1 do
      local angle = sign * pi * k / half
      local wr, wi = cos(angle), sin(angle)
      for i = k, n - 1, step do
        local other = i + half
        local tr = wr * re[other] - wi * im[other]
        local ti = wr * im[other] + wi * re[other]
        re[other], im[other] = re[i] - tr, im[i] - ti
        re[i], im[i] = re[i] + tr, im[i] + ti
      end
    end
    half = step
  end
end

local size = 2 ^ N
local re, im = {}, {}
for i = 0, size - 1 do
  re[i] = (i * 7919) % 1009 / 1009
  im[i] = 0
end
local energy = 0
for round = 1, 2 do
  transform(re, im, size, -1)
  local peak = 0
  for i = 1, size / 2 do
    local power = re[i] * re[i] + im[i] * im[i]
    if power > peak then peak = power end
  end
  energy = energy + peak
  transform(re, im, size, 1)
  for i = 0, size - 1 do
    re[i], im[i] = re[i] / size, im[i] / size
  end
end
local check = 0
for i = 0, size - 1 do
  check = (check + math.floor(re[i] * 1009 + 0.5) * (i % 13)) % 1000000007
end
print(string.format("fft %d %d", check, math.floor(energy)))
