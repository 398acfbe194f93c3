-- heavy
-- Where a tail call finds no room on the stack, the message handler sees nothing of what earlier tail calls dropped.
local long = 3
local function text(i) return ("x"):rep(long) .. i end
local function large(...)
  local a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20
  local b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15, b16, b17, b18, b19, b20
  local c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18, c19, c20
  local d1, d2, d3, d4, d5, d6, d7, d8, d9, d10, d11, d12, d13, d14, d15, d16, d17, d18, d19, d20
  return a1
end
local function middle()
  collectgarbage()
  return large()
end
local function callee(a, b, c, d, e, f, g, h, i, j) return middle() end
local function recurse(n)
  local a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20
  local b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15, b16, b17, b18, b19, b20
  local c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18, c19, c20
  local d1, d2, d3, d4, d5, d6, d7, d8, d9, d10, d11, d12, d13, d14, d15, d16, d17, d18, d19, d20
  if n > 0 then return 1 + recurse(n - 1) end
  callee(text(0), text(1), text(2), text(3), text(4), text(5), text(6), text(7), text(8), text(9))
  return 1
end
local function handler(message)
  collectgarbage()
  local t = {}
  for i = 1, 100 do t[i] = {i} end
  collectgarbage()
  return "handled"
end
local low, high = 10, 20000
while high - low > 1 do
  local n = (low + high) // 2
  if pcall(recurse, n) then low = n else high = n end
end
long = 30000
for n = high, high + 2 do print(xpcall(recurse, handler, n)) end
-- expect: false	handled
-- expect: false	handled
-- expect: false	handled
