local x = 1
do
  local x = x + 1
  print(x) -- expect: 2
  do local x = x * 10 print(x) end -- expect: 20
end
print(x) -- expect: 1
local x = "redeclared"
print(x) -- expect: redeclared
if true then local x = "if" print(x) end -- expect: if
for x = 1, 1 do print(x) end -- expect: 1
local function f(x) return x end
print(f("parameter"), x) -- expect: parameter	redeclared
local y = y
print(y) -- expect: nil
