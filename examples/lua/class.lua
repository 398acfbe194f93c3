-- Classes in twenty lines: single inheritance, constructors, `super` and operators.
local function class(parent)
  local new = setmetatable({}, {
    __index = parent,
    __call = function(self, ...)
      local object = setmetatable({}, self)
      if self.init then self.init(object, ...) end
      return object
    end,
  })
  new.__index = new
  new.super = parent
  -- Metamethods are looked up raw: a subclass gets copies of its parent's.
  for name, value in pairs(parent or {}) do
    if name:find("^__") and name ~= "__index" then new[name] = value end
  end
  return new
end

local Animal = class()

function Animal:init(name, sound)
  self.name, self.sound = name, sound
end

function Animal:speak() return self.name .. " says " .. self.sound end

function Animal:__tostring() return "<" .. self.name .. ">" end

local Dog = class(Animal)

function Dog:init(name)
  Dog.super.init(self, name, "woof")
  self.tricks = {}
end

function Dog:learn(trick)
  self.tricks[#self.tricks + 1] = trick
  return self
end

function Dog:speak() return Dog.super.speak(self) .. ", and can " .. table.concat(self.tricks, " and ") end

print(Animal("Tom", "meow"):speak())
print(Dog("Rex"):learn("sit"):learn("roll over"):speak())
print(Dog("Fido"))

local Vector = class()

function Vector:init(x, y) self.x, self.y = x, y end
function Vector.__add(a, b) return Vector(a.x + b.x, a.y + b.y) end
function Vector.__mul(a, b)
  if type(a) == "number" then return Vector(a * b.x, a * b.y) end
  if type(b) == "number" then return b * a end
  return a.x * b.x + a.y * b.y
end
function Vector.__eq(a, b) return a.x == b.x and a.y == b.y end
function Vector:__tostring() return ("(%g, %g)"):format(self.x, self.y) end
function Vector:__len() return math.floor((self * self) ^ 0.5) end

local a, b = Vector(3, 4), Vector(1, 2)
print(a + b, 2 * a, b * 3, a * b, #a, a == Vector(3, 4), a == b)
