-- Each kind of key is read and stored in an object before its metatable has the metamethod, while it has it, and after
-- it has lost it again.
local long = string.rep("k", 100)
local keys = { 1, 3, -7, 2 ^ 53, 1.5, "short", long, true, false, {}, function() end, print, coroutine.create(print) }
local class = {}
local function turn(inherited)
  local object = setmetatable({}, class)
  for _, key in ipairs(keys) do
    assert(object[key] == inherited)
    object[key] = key
  end
  local own = 0
  for key, value in next, object do
    assert(key == value)
    own = own + 1
  end
  return own, #object
end
print(turn(nil)) -- expect: 13	1
print(turn(nil)) -- expect: 13	1
class.__index = function() return "inherited" end
class.__newindex = function() end
class.__len = function() return 1000 end
print(turn("inherited")) -- expect: 0	1000
class.__index = nil
class.__newindex = nil
class.__len = nil
print(turn(nil)) -- expect: 13	1
rawset(class, "__newindex", function() end)
print(turn(nil)) -- expect: 0	0

-- Inherited from tables, three levels deep.
local top = {}
for _, key in ipairs(keys) do top[key] = "top" end
local middle = setmetatable({}, { __index = top })
local object = setmetatable({}, { __index = setmetatable({}, { __index = middle }) })
local found = 0
for _, key in ipairs(keys) do if object[key] == "top" then found = found + 1 end end
print(found, object[1], object[3.0], object.short, object.missing, object[4], object[2.5])
-- expect: 13	top	top	top	nil	nil	nil

-- A chain that ends at a metatable without __index.
local ends = setmetatable({}, { __index = setmetatable({ 10 }, { __name = "last" }) })
for _ = 1, 2 do
  print(ends[1], ends[2], ends.x, ends[true], ends[0.5], #ends) -- expect: 10	nil	nil	nil	nil	0
end
-- expect: 10	nil	nil	nil	nil	0

-- Invalid keys.
local plain = setmetatable({}, {})
for _ = 1, 2 do
  print(plain[nil], plain[0 / 0], pcall(function() plain[nil] = 1 end))
  print(pcall(function() plain[0 / 0] = 1 end))
end
-- expect: nil	nil	false	every_kind_of_key.lua:52: table index is nil
-- expect: false	every_kind_of_key.lua:53: table index is NaN
-- expect: nil	nil	false	every_kind_of_key.lua:52: table index is nil
-- expect: false	every_kind_of_key.lua:53: table index is NaN

-- Holes in the array part call it, too.
local holes = setmetatable({ 1, 2, 3, 4 }, { __index = function(_, key) return "hole " .. key end })
holes[2] = nil
print(holes[1], holes[2], holes[5]) -- expect: 1	hole 2	hole 5
getmetatable(holes).__newindex = function(_, key) print("new", key) end
holes[2] = 2 -- expect: new	2
holes[4] = nil
holes[4] = 4 -- expect: new	4
print(rawget(holes, 2), rawget(holes, 4)) -- expect: nil	nil
