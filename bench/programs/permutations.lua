-- Coroutines as generators: recursion that yields, through coroutine.wrap in a generic for, and a tree walked lazily.
-- After "Programming in Lua" (2003), chapter 9, and Heap, "Permutations by interchanges" (1963).
local N = tonumber(arg and arg[1]) or 9
local yield, wrap = coroutine.yield, coroutine.wrap
local function generate(a, n)
  if n <= 1 then
    yield(a)
  else
    for i = 1, n do
      generate(a, n - 1)
      local other = n % 2 == 0 and i or 1
      a[other], a[n] = a[n], a[other]
    end
  end
end
local function permutations(a)
  return wrap(function() generate(a, #a) end)
end
local a, check, count = {}, 0, 0
for i = 1, N do a[i] = i end
for p in permutations(a) do
  count = count + 1
  check = (check * 7 + p[1] * 10 + p[N]) % 1000000007
end
local function insert(tree, key)
  if not tree then return { key = key } end
  if key < tree.key then tree.left = insert(tree.left, key) else tree.right = insert(tree.right, key) end
  return tree
end
local function walk(tree)
  if tree then
    walk(tree.left)
    yield(tree.key)
    walk(tree.right)
  end
end
local function fringe(tree) return wrap(function() walk(tree) end) end
-- two trees of the same keys in other orders have the same fringe (Hewitt)
local first, second, seed = nil, nil, 1
for i = 1, N * 2500 do
  seed = seed * 16807 % 2147483647
  first = insert(first, seed)
end
local keys = {}
for key in fringe(first) do keys[#keys + 1] = key end
for i = 1, #keys do second = insert(second, keys[i * 7919 % #keys + 1]) end
local same, left, right = 0, fringe(first), fringe(second)
while true do
  local x, y = left(), right()
  if x == y then same = same + 1 end
  if not x or not y then break end
end
print(string.format("permutations %d %d %d", count, check, same))
