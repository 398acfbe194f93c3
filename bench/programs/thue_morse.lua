-- Long appends: strings of tens of kilobytes that grow by a letter, by a line and by themselves.
-- After Thue (1906) and Morse (1921): the sequence without a cube; Fibonacci's word.
local N = tonumber(arg and arg[1]) or 16
local function complement(s) return (s:gsub("[01]", { ["0"] = "1", ["1"] = "0" })) end
local check = 0
for round = 1, 2 do
  local s = "0"
  for _ = 1, N do s = s .. complement(s) end
  assert(not s:find("000", 1, true) and not s:find("111", 1, true))
  -- the same one letter at a time, from the parity of the digits
  local t, ones = "", 0
  for n = 0, #s - 1 do
    t = t .. ones
    -- count on: how many ones has n + 1
    local m, k = n + 1, 0
    while m > 0 do
      k = k + m % 2
      m = math.floor(m / 2)
    end
    ones = k % 2
  end
  assert(t == s, "the two ways differ")
  local log = ""
  for n = 1, 2000 do
    log = log .. "entry " .. n .. ": " .. s:sub(n, n + 4) .. "\n"
    if #log > 30000 then
      check = (check * 31 + #log + log:byte(-3)) % 1000000007
      log = log:sub(-100)
    end
  end
  local a, b = "0", "01"
  while #b < 100000 do a, b = b, b .. a end
  for i = 1, #b, 13 do check = (check * 31 + b:byte(i)) % 1000000007 end
end
print(string.format("thue_morse %d", check))
