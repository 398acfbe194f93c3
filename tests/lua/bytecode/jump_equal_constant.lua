local function what(v)
  if v == nil then return "nil"
  elseif v == true then return "true"
  elseif v == false then return "false"
  elseif v == "name" then return "string"
  elseif v == 1.5 then return "float"
  elseif v == 100000 then return "integer"
  elseif v ~= "other" then return "else" end
  return "other"
end
print(what(nil), what(true), what(false), what("name"), what(1.5), what(100000)) -- expect: nil	true	false	string	float	integer
print(what(100000.0), what("other"), what({})) -- expect: integer	other	else
local x = "name"
print(x == "name", "name" == x, x ~= "name", x == nil, nil ~= x) -- expect: true	true	false	false	true
local long = "this constant is a long string of more than forty bytes"
print(long == "this constant is a long string of more than forty bytes") -- expect: true
print(long ~= "this constant is a long string of more than forty bytes") -- expect: false
