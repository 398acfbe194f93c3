-- Whole floats as keys: coordinates rounded down, hashed through a table of permutations, and gradients blended.
-- After Perlin, "Improving noise" (2002).
local N = tonumber(arg and arg[1]) or 330
local floor = math.floor
local p, seed = {}, 256
for i = 0, 255 do p[i] = i end
for i = 255, 1, -1 do
  seed = seed * 16807 % 2147483647
  local j = seed % (i + 1)
  p[i], p[j] = p[j], p[i]
end
for i = 0, 255 do p[256 + i] = p[i] end
local function fade(t) return t * t * t * (t * (t * 6 - 15) + 10) end
local function lerp(t, a, b) return a + t * (b - a) end
local function grad(hash, x, y, z)
  local h = hash % 16
  local u = h < 8 and x or y
  local v = h < 4 and y or (h == 12 or h == 14) and x or z
  return (h % 2 == 0 and u or -u) + (h % 4 < 2 and v or -v)
end
local function noise(x, y, z)
  -- x - x % 1 is a float, as math.floor's result was in Lua 5.1
  local X, Y, Z = (x - x % 1) % 256, (y - y % 1) % 256, (z - z % 1) % 256
  x, y, z = x % 1, y % 1, z % 1
  local u, v, w = fade(x), fade(y), fade(z)
  local A, B = p[X] + Y, p[X + 1] + Y
  local AA, AB, BA, BB = p[A] + Z, p[A + 1] + Z, p[B] + Z, p[B + 1] + Z
  return lerp(w, lerp(v, lerp(u, grad(p[AA], x, y, z), grad(p[BA], x - 1, y, z)),
    lerp(u, grad(p[AB], x, y - 1, z), grad(p[BB], x - 1, y - 1, z))),
    lerp(v, lerp(u, grad(p[AA + 1], x, y, z - 1), grad(p[BA + 1], x - 1, y, z - 1)),
    lerp(u, grad(p[AB + 1], x, y - 1, z - 1), grad(p[BB + 1], x - 1, y - 1, z - 1))))
end
local function octaves(x, y)
  local sum, scale, weight = 0, 1, 1
  for octave = 1, 3 do
    sum = sum + weight * noise(x * scale, y * scale, octave / 3)
    scale, weight = scale * 2, weight / 2
  end
  return sum
end
local check, land = 0, 0
for y = 0, N - 1 do
  for x = 0, N - 1 do
    local height = octaves(x / 16, y / 16)
    if height > 0.1 then land = land + 1 end
    check = (check * 3 + floor(height * 1000)) % 1000003
  end
end
print(string.format("perlin_noise %d %d", land, check))
