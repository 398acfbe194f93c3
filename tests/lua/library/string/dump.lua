-- A dumped function does the same in another chunk.
local function load_again(f, strip) return assert(load(string.dump(f, strip), "=dumped", "b")) end

print(load_again(function(...) return select("#", ...), ... end)(1, nil, "x")) -- expect: 3	1	nil	x
print(load_again(function(a, b) return a + b, a .. b end, true)(1, 2)) -- expect: 3	12

-- Constants of every kind.
local constants = load_again(function()
  return nil, true, false, 7, -1, 0x7fffffffffffffff, math.mininteger, 0.5, -0.0, 1e308 * 10, "a\0b", ("x"):rep(3),
      "a string that is longer than forty characters, and so is kept in another way", [[

]]
end)
print(table.unpack({constants()}, 1, 10)) -- expect: nil	true	false	7	-1	9223372036854775807	-9223372036854775808	0.5	-0.0	inf
print(select("#", constants()), (select(11, constants())) == "a\0b", (select(13, constants()))) -- expect: 14	true	a string that is longer than forty characters, and so is kept in another way

-- Loops, tables, functions within functions, variables that are closed.
local work = load_again(function(n)
  local t = {1, 2, x = "y", [n] = "n", {}}
  for i = 1, n do t[#t + 1] = i * i end
  for i = 1.0, 2.0, 0.5 do t[#t + 1] = i end
  local names = {}
  for k in pairs({a = 1}) do names[#names + 1] = k end
  for _, v in ipairs({"b", "c"}) do names[#names + 1] = v end
  local log = {}
  do
    local c <close> = setmetatable({}, {__close = function() log[#log + 1] = "closed" end})
  end
  local function count() n = n + 1 return n end
  count()
  goto done
  do n = -1 end
  ::done::
  while true do
    if count() > 10 then break end
  end
  return #t, table.concat(names), log[1], n
end)
print(work(4)) -- expect: 11	abc	closed	11

-- The result is an ordinary string, and the same each time.
local function same() return 1 end
local chunk = string.dump(same)
print(type(chunk), #chunk > 10, chunk == string.dump(same), chunk == string.dump(same, nil), chunk == string.dump(same, false)) -- expect: string	true	true	true	true
print(#string.dump(same, true) < #chunk, string.dump(same, true) == string.dump(same, 0)) -- expect: true	true
print(string.dump(load(chunk)) == chunk) -- expect: true
