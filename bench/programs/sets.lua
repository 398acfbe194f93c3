-- Metamethods of a class of sets: + * - % <= < == .. () and tostring, on tables whose keys come and go.
-- After "Programming in Lua" (2003), chapter 13.
local N = tonumber(arg and arg[1]) or 2800
local Set = {}
Set.__index = Set
local function set(list)
  local s = setmetatable({ items = {}, count = 0 }, Set)
  for _, v in ipairs(list) do s:add(v) end
  return s
end
function Set:add(v)
  if not self.items[v] then
    self.items[v] = true
    self.count = self.count + 1
  end
  return self
end
function Set:remove(v)
  if self.items[v] then
    self.items[v] = nil
    self.count = self.count - 1
  end
end
Set.__add = function(a, b)
  local r = set {}
  for k in pairs(a.items) do r:add(k) end
  for k in pairs(b.items) do r:add(k) end
  return r
end
Set.__mul = function(a, b)
  local r = set {}
  for k in pairs(a.items) do
    if b.items[k] then r:add(k) end
  end
  return r
end
Set.__sub = function(a, b)
  local r = set {}
  for k in pairs(a.items) do
    if not b.items[k] then r:add(k) end
  end
  return r
end
Set.__le = function(a, b)
  for k in pairs(a.items) do
    if not b.items[k] then return false end
  end
  return true
end
Set.__lt = function(a, b) return a.count < b.count and a <= b end
Set.__eq = function(a, b) return a.count == b.count and a <= b end
Set.__unm = function(a)
  local r = set {}
  for k in pairs(a.items) do r:add(-k) end
  return r
end
Set.__mod = function(a, n)
  local r = set {}
  for k in pairs(a.items) do r:add(k % n) end
  return r
end
Set.__call = function(a, v) return a.items[v] == true end
Set.__tostring = function(a)
  local list = {}
  for k in pairs(a.items) do list[#list + 1] = k end
  table.sort(list)
  return "{" .. table.concat(list, ",") .. "}"
end
Set.__concat = function(a, b) return tostring(a) .. tostring(b) end
local total, seed = 0, 1
for round = 1, N do
  local a, b = {}, {}
  for i = 1, 60 do
    seed = seed * 16807 % 2147483647
    a[i], b[i] = seed % 100, seed % 70 + 20
  end
  local x, y = set(a), set(b)
  local union, both = x + y, x * y
  if both <= x and both < union then total = total + both.count end
  if (x - y) + both == x then total = total + 1 end
  if -(-x) == x then total = total + 1 end
  if union ~= both then total = total + #(union .. both) end
  for i = 1, 100 do
    if union(i) and not both(i) then total = total + i end
  end
  for k in pairs(union.items) do
    if both(k) then union:remove(k) end
  end
  total = total + union.count + (union % 7).count
end
print(string.format("sets %d", total))
