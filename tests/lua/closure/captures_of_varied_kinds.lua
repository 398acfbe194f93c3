local const <const> = "constant"
local value, cell = "value", 0
local function f(param)
  local own = param .. "!" return function() cell = cell + 1 return const, value, cell, param, own end
end
local g = f("p")
print(g()) -- expect: constant	value	1	p	p!
print(g()) -- expect: constant	value	2	p	p!
