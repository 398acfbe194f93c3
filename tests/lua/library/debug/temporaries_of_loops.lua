-- fife only
-- What a loop or a constructor keeps in registers cannot be changed, even if it has no name.
local function change()
  for number = 1, 20 do
    local name = debug.getlocal(2, number)
    if name == "(temporary)" or name == "(for state)" then debug.setlocal(2, number, "changed") end
  end
  return 7
end
local function constructor() return { 1, 2, change() } end
local t = constructor()
print(type(t), t[3]) -- expect: table	7
local turns = 0
for i = 1, 3 do
  turns = turns + 1
  change()
end
print(turns) -- expect: 3
for _ in pairs({ 1, 2 }) do
  turns = turns + 1
  change()
end
print(turns) -- expect: 5
