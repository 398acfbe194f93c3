local function f()
  do return "first" end
  return "second"
end
print(f()) -- expect: first
while true do
  if true then break end
  print("never")
end
for i = 1, 2 do do break end end
if false then print("never") end
if nil then print("never") else print("else") end -- expect: else
