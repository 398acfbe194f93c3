-- heavy
-- In small lists with holes, `#` is the border that PUC-Rio Lua finds, by the same array size and the same search.
-- Programs depend on it: a compiler that stores argument 3 but not 2 expects a count of one argument.
local t = {}
t[1] = "a"
t[3] = "c"
print(#t) -- expect: 1

-- All sequences of up to 5 stores under the keys 1 to 7. The sum is PUC-Rio Lua 5.4.9's.
local sum, count = 0, 0
local function go(keys, depth)
  local list = {}
  for i = 1, #keys do list[keys[i]] = true end
  count = count + 1
  sum = (sum * 31 + #list) % 1000000007
  if depth == 0 then return end
  for key = 1, 7 do
    keys[#keys + 1] = key
    go(keys, depth - 1)
    keys[#keys] = nil
  end
end
go({}, 5)
print(count, sum) -- expect: 19608	312732723
