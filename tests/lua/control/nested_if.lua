local function sign(n)
  if n ~= 0 then
    if n > 0 then return "+" else return "-" end
  else
    return "0"
  end
end
print(sign(5), sign(-5), sign(0)) -- expect: +	-	0
