local function name(n)
  if n == 1 then return "one"
  elseif n == 2 then return "two"
  elseif n == 3.5 then return "three and a half"
  elseif n == "4" then return "string four"
  elseif n == nil then return "nothing"
  elseif n == true then return "yes"
  elseif n ~= n then return "nan"
  else return "?"
  end
end
print(name(1), name(2.0), name(3.5), name("4"), name(nil), name(true), name(0 / 0), name(4)) -- expect: one	two	three and a half	string four	nothing	yes	nan	?
