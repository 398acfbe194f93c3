-- A loaded function has its own variables: the first upvalue is the environment, or the one given; the others are nil.
local a, b = 20, 30
local function f(x)
  if x == "set" then
    a = 10 + b
    b = b + 1
  else
    return a, b
  end
end
local g = load(string.dump(f), "", "b", nil)
print(g()) -- expect: nil	nil
print(debug.setupvalue(g, 1, "hi"), g()) -- expect: a	hi	nil
print(debug.setupvalue(g, 2, 13), debug.setupvalue(g, 3, 10)) -- expect: b
g("set")
print(g()) -- expect: 23	14
print(f()) -- expect: 20	30

-- Two functions from one chunk share nothing.
local h = load(string.dump(f))
print(h() == _G, g()) -- expect: true	23	14

-- The environment is the first upvalue, whatever that was.
x = "global"
print(load(string.dump(function() return x end))()) -- expect: global
print(load(string.dump(function() return x end), nil, nil, {x = "given"})()) -- expect: given
local other = {}
print((load(string.dump(function() return other end), nil, nil, "environment")())) -- expect: environment

-- Functions within it share the new variables.
local n = 0
local pair = load(string.dump(function()
  return function() n = (n or 0) + 1 return n end, function() return n end
end), nil, nil, 5)
local up, get = pair()
up() up()
print(get(), n) -- expect: 7	0

-- A function that names itself: that is an upvalue, too.
local function count(k) return k == 0 and "end" or count(k - 1) end
local again = load(string.dump(count), nil, nil, nil)
print(debug.getupvalue(again, 1)) -- expect: count	nil
print(pcall(again, 0)) -- expect: true	end
print(pcall(again, 1)) -- expect: false	dump_upvalues.lua:40: attempt to call a nil value (upvalue 'count')
debug.setupvalue(again, 1, count)
print(again(3)) -- expect: end

-- The same in functions within it, but not in one that is made there and names itself.
local function outer() return (function() return outer end)() end
print(load(string.dump(outer), nil, nil, "first")()) -- expect: first
print(load(string.dump(function()
  local function inner(k) return k == 0 and "inner" or inner(k - 1) end
  return inner(3)
end))()) -- expect: inner
