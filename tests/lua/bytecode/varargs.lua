local function n(...) return select("#", ...) end
local function first(...) local a = ... return a end
local function three(...) local a, b, c = ... return a, b, c end
local function count(...) return n(...), n(..., 1), n(1, ...), n((...)) end
print(first(), first(1, 2), three(1, 2)) -- expect: nil	1	1	2	nil
print(count()) -- expect: 0	2	1	1
print(count(nil, nil)) -- expect: 2	2	3	1
local function keep(a, ...) local t = { ... } return a, #t, ... end
print(keep(1, 2, 3)) -- expect: 1	2	2	3
print(keep()) -- expect: nil	0
local function later(...)
  local x = 10
  local y, z = ...
  return x, y, z, ...
end
print(later("p", "q", "r")) -- expect: 10	p	q	p	q	r
