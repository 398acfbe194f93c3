-- Tables that stand for others: __index and __newindex as functions and as chains, defaults, read-only tables, tracked
-- accesses.
-- After "Programming in Lua" (2003), section 13.4.
local N = tonumber(arg and arg[1]) or 520000
local function tracked(t, log)
  return setmetatable({}, {
    __index = function(_, k)
      log.reads = log.reads + 1
      return t[k]
    end,
    __newindex = function(_, k, v)
      log.writes = log.writes + 1
      t[k] = v
    end,
  })
end
local function read_only(t)
  return setmetatable({}, { __index = t, __newindex = function() error("read-only", 0) end })
end
local key = {}
local default = { __index = function(t) return t[key] end }
local function with_default(d) return setmetatable({ [key] = d }, default) end
-- properties: getters and setters in tables of their own
local function class(getters, setters)
  local methods = {}
  local meta = {}
  meta.__index = function(self, name)
    local getter = getters[name]
    if getter then return getter(self) end
    return methods[name]
  end
  meta.__newindex = function(self, name, value)
    local setter = setters[name]
    if setter then setter(self, value) else rawset(self, name, value) end
  end
  return methods, function() return setmetatable({ _x = 0, _n = 0 }, meta) end
end
local Point, new_point = class({
  x = function(self) return self._x end,
  double = function(self) return self._x * 2 end,
}, {
  x = function(self, v)
    self._n = self._n + 1
    self._x = v % 1000
  end,
})
function Point:move(d) self.x = self.x + d end

local log = { reads = 0, writes = 0 }
local numbers = tracked({}, log)
local constants = read_only({ one = 1, two = 2, three = 3 })
local chain = setmetatable({}, { __index = constants })
for _ = 1, 4 do chain = setmetatable({}, { __index = chain }) end
local counts, point, refused, total = with_default(0), new_point(), 0, 0
for i = 1, N do
  numbers[i % 50 + 1] = (numbers[(i + 1) % 50 + 1] or 0) + constants.two
  total = total + chain.three - chain.one
  counts[i % 30] = counts[i % 30] + 1
  point:move(i % 7)
  point["y" .. i % 3] = i
  total = total + point.double % 5 + (rawget(point, "y1") or 0) % 3
  if i % 50 == 0 and not pcall(function() constants.four = i end) then refused = refused + 1 end
  if i % 1000 == 0 then counts = with_default(i % 10) end
end
print(string.format("proxies %d %d %d %d %d", total, log.reads, log.writes, refused, point._n))
