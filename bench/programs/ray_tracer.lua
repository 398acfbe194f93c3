-- Vectors with metamethods for every operator, spheres with methods, closures as materials, floats throughout.
-- After Whitted, "An improved illumination model for shaded display" (1980).
local N = tonumber(arg and arg[1]) or 240
local sqrt, max, floor, huge = math.sqrt, math.max, math.floor, math.huge
local Vector = {}
Vector.__index = Vector
local function vector(x, y, z) return setmetatable({ x = x, y = y, z = z }, Vector) end
function Vector.__add(a, b) return vector(a.x + b.x, a.y + b.y, a.z + b.z) end
function Vector.__sub(a, b) return vector(a.x - b.x, a.y - b.y, a.z - b.z) end
function Vector.__mul(a, b)
  if type(a) == "number" then return vector(a * b.x, a * b.y, a * b.z) end
  if type(b) == "number" then return vector(a.x * b, a.y * b, a.z * b) end
  return vector(a.x * b.x, a.y * b.y, a.z * b.z)
end
function Vector.__div(a, k) return vector(a.x / k, a.y / k, a.z / k) end
function Vector.__unm(a) return vector(-a.x, -a.y, -a.z) end
function Vector.__eq(a, b) return a.x == b.x and a.y == b.y and a.z == b.z end
function Vector.__call(a, b) return a.x * b.x + a.y * b.y + a.z * b.z end
function Vector:length() return sqrt(self(self)) end
function Vector:unit() return self / self:length() end

local Sphere = {}
Sphere.__index = Sphere
function Sphere.new(center, radius, color, mirror)
  return setmetatable({ center = center, radius = radius, color = color, mirror = mirror }, Sphere)
end
function Sphere:meet(origin, direction)
  local offset = origin - self.center
  local b = offset(direction)
  local d = b * b - offset(offset) + self.radius * self.radius
  if d < 0 then return nil end
  local root = sqrt(d)
  local near, far = -b - root, -b + root
  if near > 1e-4 then return near end
  if far > 1e-4 then return far end
  return nil
end
local function plain(color) return function() return color end end
local function checked(a, b)
  return function(p) return (floor(p.x) + floor(p.z)) % 2 == 0 and a or b end
end
local scene = {
  Sphere.new(vector(0, -1000, 0), 1000, checked(vector(1, 1, 1), vector(0.2, 0.2, 0.2)), 0.1),
  Sphere.new(vector(0, 1, 0), 1, plain(vector(1, 0.2, 0.2)), 0.3),
  Sphere.new(vector(-2, 0.7, 1), 0.7, plain(vector(0.2, 1, 0.2)), 0.5),
  Sphere.new(vector(2, 0.5, -1), 0.5, plain(vector(0.3, 0.3, 1)), 0.2),
}
local light, black = vector(5, 10, -10), vector(0, 0, 0)
local rays = 0
local function nearest(origin, direction)
  rays = rays + 1
  local best, what = huge, nil
  for i = 1, #scene do
    local t = scene[i]:meet(origin, direction)
    if t and t < best then best, what = t, scene[i] end
  end
  return what, best
end
local function trace(origin, direction, depth)
  local what, t = nearest(origin, direction)
  if not what then return vector(0.5, 0.7, 1) * (0.5 * (direction.y + 1)) end
  local point = origin + direction * t
  local normal = (point - what.center):unit()
  local to_light = (light - point):unit()
  local color = what.color(point) * 0.1
  if not nearest(point, to_light) then color = color + what.color(point) * max(0, normal(to_light)) end
  if what.mirror > 0 and depth < 3 then
    local bounced = direction - 2 * direction(normal) * normal
    color = color * (1 - what.mirror) + trace(point, bounced, depth + 1) * what.mirror
  end
  if color == black then rays = rays + 1 end
  return color
end
local eye, check = vector(0, 2, -6), 0
for y = 1, N do
  for x = 1, N do
    local color = trace(eye, vector((x - N / 2) / N, (N / 2 - y) / N - 0.1, 1):unit(), 0)
    check = (check * 3 + floor(color.x * 255) + floor(color.y * 255) * 2 + floor(color.z * 255) * 5) % 1000003
  end
end
print(string.format("ray_tracer %d %d", rays, check))
