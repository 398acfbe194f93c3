-- Numbers to strings and back: reversed decimals added until they read the same from both sides; digit sums; look and
-- say.
-- After Trigg's "Palindromes by addition" (1967) and Conway, "The weird and wonderful chemistry of audioactive decay"
-- (1986).
local N = tonumber(arg and arg[1]) or 40000
local tostring, tonumber = tostring, tonumber
local steps, longest, stuck = 0, 0, 0
for start = 1, N do
  local n, count = start, 0
  while true do
    local s = tostring(n)
    local r = s:reverse()
    if s == r and count > 0 then break end
    n = n + tonumber(r)
    count = count + 1
    if n > 1e14 then
      stuck = stuck + 1
      break
    end
  end
  steps = steps + count
  if count > longest then longest = count end
end
local happy = 0
for start = 1, N do
  local n = start
  repeat
    local sum = 0
    for digit in ("" .. n):gmatch("%d") do sum = sum + digit * digit end
    n = string.format("%d", sum)
  until n == "1" or n == "4"
  if n == "1" then happy = happy + 1 end
end
local said = "1"
for _ = 1, 30 do
  local out = {}
  local at = 1
  while at <= #said do
    local digit = said:sub(at, at)
    local run = said:match("^" .. digit .. "+", at)
    out[#out + 1] = #run .. digit
    at = at + #run
  end
  said = table.concat(out)
end
print(string.format("lychrel %d %d %d %d %d", steps, longest, stuck, happy, #said))
