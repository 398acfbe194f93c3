-- Large sources: a program of a thousand functions with loops, branches, closures and methods, generated, loaded, and
-- run once.
local N = tonumber(arg and arg[1]) or 22
local load = loadstring or load
local templates = {
  [[
local function NAME(a, b, ...)
  local sum, t = 0, { x = a, y = b, "list", NUMBER }
  for i = 1, NUMBER % 7 + 1 do
    if i % 2 == 0 and a ~= b then
      sum = sum + i * (a or 1) - b / 2
    elseif not t[i] then
      sum = sum - NUMBER
    else
      while sum < NUMBER % 11 do sum = sum + #t + 1 end
    end
  end
  return sum, select("#", ...), t.x
end
total = total + NAME(NUMBER, NUMBER % 5, "a", 'b', nil)
]], [[
do -- a class of its own
  local Class = {}
  Class.__index = Class
  function Class.new(v) return setmetatable({ value = v, name = "NAME" }, Class) end
  function Class:get(k) return self.value * k + #self.name end
  function Class:set(v) self.value = v; return self end
  local object = Class.new(NUMBER)
  total = total + object:set(NUMBER + 1):get(2) % 17
end
]], [[
local NAME = (function(n)
  local count, text = 0, [==[a long
string with NAME]==]
  local function step(k) count = count + k return count end
  repeat step(1); local done = count >= n % 9 until done
  return { step = step, count = function() return count end, ["key NAME"] = text .. "\n\t\"NAME\"" .. 0x1F .. 100 }
end)(NUMBER)
total = total + NAME.step(NUMBER % 3) + NAME.count() + #NAME["key NAME"]
]],
}
local check, length = 0, 0
for round = 1, N do
  local out = { "local total = 0\n" }
  -- blocks, since a function has no more than 200 local variables
  for i = 1, 1000 do
    local number = i * 37 % 1009
    local piece = templates[i % 3 + 1]:gsub("NAME", "f" .. i):gsub("NUMBER", tostring(number))
    out[#out + 1] = "do\n" .. piece .. "end\n"
  end
  out[#out + 1] = "return total, " .. round .. "\n"
  local source = table.concat(out)
  length = length + #source
  local f = assert(load(source))
  local total, n = f()
  check = (check * 31 + math.floor(total) + n) % 1000000007
end
print(string.format("load_functions %d %d", length, check))
