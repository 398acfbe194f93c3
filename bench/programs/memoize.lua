-- Weak tables, objects as keys, and closures that remember: values that are made again once they were collected.
-- After Michie, "'Memo' functions and machine learning" (1968), and "Programming in Lua", chapter 17.
local N = tonumber(arg and arg[1]) or 1000000
local function memoize(f)
  local known = setmetatable({}, { __mode = "k" })
  return function(object)
    local value = known[object]
    if value == nil then
      value = f(object)
      known[object] = value
    end
    return value
  end
end
local calls = 0
local area = memoize(function(shape)
  calls = calls + 1
  return shape.w * shape.h
end)
local weight = memoize(function(shape) return area(shape) * 3 + 1 end)
-- strings as keys, values kept weakly
local colors = setmetatable({}, { __mode = "v" })
local function color(r, g)
  local name = r .. "-" .. g
  local c = colors[name]
  if not c then
    c = { r = r, g = g }
    colors[name] = c
  end
  return c
end
local shapes, kept, total = {}, {}, 0
for i = 1, 200 do shapes[i] = { w = i % 17 + 1, h = i % 5 + 1 } end
for i = 1, N do
  local at = i % 200 + 1
  if i % 9 == 0 then shapes[at] = { w = i % 17 + 1, h = i % 5 + 1 } end
  local shape = shapes[at]
  total = (total + area(shape) + weight(shape)) % 1000000007
  local c = color(i % 32, i % 11)
  kept[i % 64] = c
  total = total + c.r + c.g
end
print(string.format("memoize %d %d", total, calls))
