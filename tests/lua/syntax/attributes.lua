local a <const> = 1
local b <const>, c <close> = 2, nil
local d<const> =4
print(a, b, c, d) -- expect: 1	2	nil	4
local f <const> = function() return a + b end
print(f()) -- expect: 3
for _, code in ipairs {
  "local x <const> = 1; x = 2",
  "local x <close> = nil; x = 2",
  "local x <const> = 1; local function f() x = 2 end",
  "local x <const> = 1; function x() end",
  "local x <unknown> = 1",
  "local x <close>, y <close> = nil, nil",
  "local x < const = 1",
  "local function f <const> () end",
} do print(select(2, load(code))) end
-- expect: [string "local x <const> = 1; x = 2"]:1: attempt to assign to const variable 'x'
-- expect: [string "local x <close> = nil; x = 2"]:1: attempt to assign to const variable 'x'
-- expect: [string "local x <const> = 1; local function f() x = 2..."]:1: attempt to assign to const variable 'x'
-- expect: [string "local x <const> = 1; function x() end"]:1: attempt to assign to const variable 'x'
-- expect: [string "local x <unknown> = 1"]:1: unknown attribute 'unknown'
-- expect: [string "local x <close>, y <close> = nil, nil"]:1: multiple to-be-closed variables in local list
-- expect: [string "local x < const = 1"]:1: '>' expected near '='
-- expect: [string "local function f <const> () end"]:1: '(' expected near '<'
