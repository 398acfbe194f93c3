local function grade(n)
  if n >= 90 then return "A"
  elseif n >= 80 then return "B"
  elseif n >= 70 then return "C"
  else return "F" end
end
print(grade(95), grade(85), grade(70), grade(0)) -- expect: A	B	C	F
if false then elseif nil then else print("else") end -- expect: else
if 0 then print("zero is true") end -- expect: zero is true
if "" then print("empty is true") end -- expect: empty is true
