-- In a default build of PUC-Rio Lua (`LUA_COMPAT_5_3`), `a <= b` is `not (b < a)` if there is no `__le`.
local log = {}
local meta = {}
meta.__lt = function(left, right)
  log[#log + 1] = tostring(type(left) == "table" and left.rank or left) .. "<" .. tostring(type(right) == "table" and right.rank or right)
  left = type(left) == "table" and left.rank or left
  right = type(right) == "table" and right.rank or right
  return left < right
end
local function ranked(rank) return setmetatable({rank = rank}, meta) end
local one, two = ranked(1), ranked(2)
print(one <= two, two <= one, one <= one) -- expect: true	false	true
print(one >= two, two >= one, one >= one) -- expect: false	true	true
print(one <= 1, 1 <= one, one >= 1, 1 >= one, one <= 0, 0 <= one, one >= 5, 5 >= one) -- expect: true	true	true	true	false	true	false	true
print(one <= 1.5, 1.5 <= one, one >= "0" + 0, not (one <= two)) -- expect: true	false	true	false
print(table.concat(log, " ")) -- expect: 2<1 1<2 1<1 1<2 2<1 1<1 1<1 1<1 1<1 1<1 0<1 1<0 1<5 5<1 1.5<1 1<1.5 1<0 2<1

-- In conditions, and loops.
local count = 0
local at = ranked(1)
while at <= two do
  count = count + 1
  at = ranked(at.rank + 1)
end
print(count) -- expect: 2
if not (two <= one) then print("not") end -- expect: not
if two <= one or one <= two then print("or") end -- expect: or
local value = one <= two and "and"
print(value) -- expect: and

-- Its result is converted to a boolean and negated.
local answer
meta.__lt = function() return table.unpack(answer) end
for _, it in ipairs {{}, {nil, true}, {false}, {0}, {"x", nil}} do
  answer = it
  print(one <= two, one >= two, one < two, one > two) -- expect: true	true	false	false
-- expect: true	true	false	false
-- expect: true	true	false	false
-- expect: false	false	true	true
-- expect: false	false	true	true
end

-- Both operands are tried, the right one of `<=` first.
local left = setmetatable({}, {__lt = function() return "left" end})
local right = setmetatable({}, {__lt = function() error("right", 0) end})
print(pcall(function() return left <= right end)) -- expect: false	right
print(pcall(function() return right <= left end)) -- expect: true	false
print(left <= {}, {} <= left) -- expect: false	false

-- `__le` has precedence.
local both = setmetatable({}, {__lt = function() return true end, __le = function() return true end})
print(both <= {}, both >= {}) -- expect: true	true
-- Even that of the other operand.
print(left <= both, pcall(function() return right <= both end)) -- expect: true	true	true

-- It may yield.
local waiting = setmetatable({}, {__lt = function(...) return coroutine.yield(...) end})
local task = coroutine.wrap(function()
  local results = {}
  if waiting <= 1 then results[#results + 1] = "le" end
  if 1 <= waiting then results[#results + 1] = "ge" end
  if waiting < 1 then results[#results + 1] = "lt" end
  if waiting <= waiting then results[#results + 1] = "self" end
  results[#results + 1] = tostring(waiting <= 2)
  return table.concat(results, " ")
end)
print(task() == 1) -- expect: true
print(task(false) == waiting) -- expect: true
print(task(true) == waiting) -- expect: true
print(task(true) == waiting) -- expect: true
print(task(false) == 2) -- expect: true
print(task(nil)) -- expect: le lt self true

-- It may fail, not be a function, or be a callable table.
print(pcall(function() return setmetatable({}, {__lt = function() error("in lt", 0) end}) <= 1 end)) -- expect: false	in lt
print(pcall(function() return setmetatable({}, {__lt = 5}) <= 1 end)) -- expect: false	lt_for_le.lua:76: attempt to call a number value (metamethod 'le')
print(setmetatable({}, {__lt = setmetatable({}, {__call = function(self, ...) return select("#", ...) == 1 end})}) <= 1) -- expect: true
local name
local named = setmetatable({}, {__lt = function() name = debug.getinfo(1, "n") end})
local _ = named <= 1
print(name.name, name.namewhat) -- expect: le	metamethod

-- Without either, the message names the operands in order.
print(pcall(function() return {} <= 1 end)) -- expect: false	lt_for_le.lua:84: attempt to compare table with number
print(pcall(function() return 1 <= {} end)) -- expect: false	lt_for_le.lua:85: attempt to compare number with table
print(pcall(function() return {} >= "x" end)) -- expect: false	lt_for_le.lua:86: attempt to compare string with table
print(pcall(function() return print <= {} end)) -- expect: false	lt_for_le.lua:87: attempt to compare function with table
print(select(2, pcall(function() return 1 <= "1" end))) -- expect: lt_for_le.lua:88: attempt to compare number with string
