-- Every metamethod that Lua 5.4 has beyond vectors: // & | ~ << >> # .. __close __pairs __name __metatable, on both
-- sides of mixed operands, and __index of strings.
-- Needs Lua 5.4: integer division, bit operators, <close>.
local N = tonumber(arg and arg[1]) or 70000
local Bits = { __name = "Bits" }
Bits.__index = Bits
local function bits(v) return setmetatable({ v = v & 0xFFFF }, Bits) end
local function value(x) return type(x) == "table" and x.v or x end
Bits.__band = function(a, b) return bits(value(a) & value(b)) end
Bits.__bor = function(a, b) return bits(value(a) | value(b)) end
Bits.__bxor = function(a, b) return bits(value(a) ~ value(b)) end
Bits.__shl = function(a, b) return bits(value(a) << value(b)) end
Bits.__shr = function(a, b) return bits(value(a) >> value(b)) end
Bits.__bnot = function(a) return bits(~a.v) end
Bits.__idiv = function(a, b) return bits(value(a) // value(b)) end
Bits.__mod = function(a, b) return bits(value(a) % value(b)) end
Bits.__div = function(a, b) return value(a) / value(b) end
Bits.__pow = function(a, b) return value(a) ^ value(b) end
Bits.__unm = function(a) return bits(-a.v) end
Bits.__len = function(a)
  local n, v = 0, a.v
  while v ~= 0 do
    n = n + (v & 1)
    v = v >> 1
  end
  return n
end
Bits.__eq = function(a, b) return a.v == b.v end
Bits.__lt = function(a, b) return value(a) < value(b) end
Bits.__le = function(a, b) return value(a) <= value(b) end
Bits.__concat = function(a, b) return (type(a) == "table" and a.v or a) .. "|" .. (type(b) == "table" and b.v or b) end
Bits.__call = function(a, from, to) return (a.v >> from) & ((1 << (to - from + 1)) - 1) end
Bits.__tostring = function(a) return string.format("%04x", a.v) end
Bits.__pairs = function(a)
  return function(v, i)
    for k = i + 1, 15 do
      if v >> k & 1 == 1 then return k, true end
    end
  end, a.v, -1
end
local closed = 0
local Scope = { __close = function(self, e) closed = closed + self.weight + (e and 1 or 0) end, __metatable = "locked" }
local function scope(weight) return setmetatable({ weight = weight }, Scope) end
local function guarded(i)
  local outer <close> = scope(1)
  for k = 1, 2 do
    local inner <close> = scope(k)
    if i % 7 == k then return k end
    if i % 11 == 0 then error(inner) end
  end
  return outer.weight
end
getmetatable("").__index = function(s, k)
  if math.type(k) == "integer" then return string.sub(s, k, k) end
  return string[k]
end
local total, word = 0, "metamethod"
local x, y = bits(0x1234), bits(0x00FF)
for i = 1, N do
  x = (x ~ i) | (y << (i % 5))
  y = ~(x & 0x0F0F) >> 2
  local z = (x // 3) % 97
  total = total + #x + #z + x(4, 7) + (z < y and 1 or 0) + (100 >= z and 2 or 0)
  if x == y then total = total + 1 end
  if i % 8 == 0 then
    for k in pairs(y) do total = total + k end
    total = total + #(x .. i) + #(i .. y) + #tostring(z) + (-z).v % 5
  end
  local ok, result = pcall(guarded, i)
  total = total + (ok and result or result.weight)
  if word[i % 10 + 1] == "m" then total = total + #word:rep(2) end
  total = total + ((z ^ 2) // 1 | 0) % 3 + (x / 4 > 2.5 and 1 or 0)
end
total = total + (getmetatable(scope(0)) == "locked" and 1 or 0)
print(string.format("metamethods %d %d", total, closed))
