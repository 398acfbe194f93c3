-- heavy
local names = {}
for i = 1, 190 do names[i] = "v" .. i end
forever = load("local " .. table.concat(names, ", ") .. " forever()", "=deep")
local ok, message = pcall(forever)
print(ok, #message < 400, message:match("^deep:%d+: stack overflow") ~= nil) -- expect: false	true	true
