-- A local variable is read when the operation runs, after the operands to its right were evaluated.
local a = 1
local function set(value) a = value return 10 end
print(a + set(2)) -- expect: 12
print(a - set(3) * 2) -- expect: -17
print(a < set(30)) -- expect: false
print(a == set(10)) -- expect: true
print(a .. set(5)) -- expect: 1010
print(a, set(6)) -- expect: 5	10
print((a) * set(7)) -- expect: 70
if a > set(50) then print("greater") end -- expect: greater

-- The same for a table and a key.
local t, k = {name = "old", "old 1"}, 1
local function replace() t = {name = "new", "new 1", "new 2"} k = 2 return "name" end
print(t[replace()]) -- expect: new
t, k = {}, 1
t[k] = replace()
print(t[1], t[2], k) -- expect: new 1	name	2
t = {}
t.name = replace()
print(t.name, t[1]) -- expect: name	new 1
t = {}
t.name, k = replace(), 3
print(t.name, k) -- expect: name	3

-- A target of the same assignment counts with its previous value.
local i, list = 1, {}
local function next_index() i = i + 1 return i end
i, list[i] = 5, next_index()
print(i, list[1], list[2]) -- expect: 5	nil	2
i = 1
list[i], i = next_index(), 20
print(i, list[1], list[2]) -- expect: 20	2	2
