-- A long concatenation is made over several steps; what runs between them does not get into it.

-- The same length and the same instruction each time, with other operands.
local rep = string.rep
local function join(a, n, x, b) return a .. n .. x .. b end
for _, letter in ipairs{"a", "b", "c"} do
  local text = join(rep(letter, 3000), 17, 0.5, rep(letter:upper(), 2000))
  local plain = text:gsub("%l+", "l"):gsub("%u+", "u")
  print(#text, plain, text:sub(1, 1), text:sub(3000, 3006), text:sub(-1))
end
-- expect: 5005	l170.5u	a	a170.5A	A
-- expect: 5005	l170.5u	b	b170.5B	B
-- expect: 5005	l170.5u	c	c170.5C	C

-- A finalizer that makes long texts itself, above one that is not done.
local finalized = 0
local function litter()
  setmetatable({}, {__gc = function()
    local inner = rep("i", 700) .. rep("j", 700) .. finalized
    assert(#inner >= 1401 and inner:find("^i+j+%d+$"))
    finalized = finalized + 1
  end})
end
for round = 1, 20 do
  litter()
  local outer = rep("x", 900 + round) .. round .. rep("y", 900 + round)
  collectgarbage()
  assert(outer == rep("x", 900 + round) .. round .. rep("y", 900 + round), round)
end
print(finalized)
-- expect: 20

-- In coroutines that take turns.
local function worker(letter)
  return coroutine.wrap(function()
    local text = ""
    for i = 1, 5 do
      text = text .. rep(letter, 200) .. i
      coroutine.yield(#text)
    end
    coroutine.yield(text:gsub("(%a)%a*", "%1"))
  end)
end
local p, q = worker("p"), worker("q")
for _ = 1, 5 do p() q() end
print(p(), q())
-- expect: p1p2p3p4p5	q1q2q3q4q5	5

-- Too long for the limit on memory, or not text: nothing is left behind.
print(select(2, pcall(function() return rep("z", 4000) .. {} end)))
-- expect: long_concatenation.lua:50: attempt to concatenate a table value

-- A hook sees it once, however long it takes.
if debug then
  local events = {}
  local left, right = rep("l", 5000), rep("r", 5000)
  debug.sethook(function(event, line) events[#events + 1] = line and event end, "l")
  local text = left .. right
  debug.sethook()
  print(#events, #text)
end
-- expect: 2	10000
