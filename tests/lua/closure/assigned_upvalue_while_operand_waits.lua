-- An upvalue is read before the operand to its right is evaluated, but an assigned field's table at the assignment.
local a, t, k = 1, {}, 1
local function set(value) a = value return 10 end
local function replace() t = {"new"} k = 2 return "value" end
local function key() t = {name = "found"} return "name" end
(function()
  print(a + set(2)) -- expect: 11
  print(a < set(20)) -- expect: true
  t.name = replace()
  print(t.name, t[1]) -- expect: value	new
  local old = t
  t[k] = replace()
  print(t[1], t[2], old[2]) -- expect: new	nil	value
  print(t[key()]) -- expect: found
end)()
