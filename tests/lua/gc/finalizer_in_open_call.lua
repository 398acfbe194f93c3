-- Finalizers that run in the middle of an expression leave its values alone.
local ran = 0
local function values() return 1, 2, 3 end
local function make()
  setmetatable({}, {__gc = function(...) ran = ran + select("#", ...) local t = {1, 2, 3, 4, 5, 6, 7, 8} end})
  collectgarbage()
  return "a", "b", "c"
end
print(values(), make()) -- expect: 1	a	b	c
print((select("#", values(), make()))) -- expect: 4
local t = {make(), values(), make()}
print(#t, t[1], t[2], t[3], t[5]) -- expect: 5	a	1	a	c
print(ran >= 4) -- expect: true
