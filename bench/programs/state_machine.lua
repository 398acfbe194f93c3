-- goto as other languages have it: a scanner of numbers and words with a label for each state, continue in nested
-- loops, integer division.
-- Needs Lua 5.3: goto, integer division, bit operators.
local N = tonumber(arg and arg[1]) or 220
local byte = string.byte
local function scan(s)
  local i, numbers, words, comments, sum, value = 1, 0, 0, 0, 0, 0
  local b
  ::start::
  b = byte(s, i)
  i = i + 1
  if not b then goto done end
  if b >= 48 and b <= 57 then
    value = b - 48
    goto number
  end
  if b >= 97 and b <= 122 then goto word end
  if b == 35 then goto comment end
  goto start
  ::number::
  b = byte(s, i)
  if b and b >= 48 and b <= 57 then
    value = value * 10 + b - 48
    i = i + 1
    goto number
  end
  numbers = numbers + 1
  sum = sum + value
  if b == 46 then
    i = i + 1
    goto fraction
  end
  goto start
  ::fraction::
  b = byte(s, i)
  if b and b >= 48 and b <= 57 then
    i = i + 1
    goto fraction
  end
  goto start
  ::word::
  b = byte(s, i)
  if b and (b >= 97 and b <= 122 or b == 95) then
    i = i + 1
    goto word
  end
  words = words + 1
  goto start
  ::comment::
  b = byte(s, i)
  i = i + 1
  if b and b ~= 10 then goto comment end
  comments = comments + 1
  if b then goto start end
  ::done::
  return numbers, words, comments, sum
end
local lines = {}
for i = 1, 800 do
  lines[i] = "set_value " .. i * 7 .. " and " .. i .. "." .. i % 100 .. (i % 5 == 0 and " # a comment with 12 words\n" or " then\n")
end
local text, total = table.concat(lines), 0
for round = 1, N do
  local numbers, words, comments, sum = scan(text)
  total = (total * 7 + numbers + words * 3 + comments * 5 + sum) % 1000000007
  for i = 1, 300 do
    for j = i % 3 + 1, 60 do
      if i % j == 0 then goto continue end
      if i // j & 1 == 1 then goto continue end
      if j > 50 then goto next_row end
      total = total + i // j
      ::continue::
    end
    ::next_row::
  end
end
print(string.format("state_machine %d", total))
