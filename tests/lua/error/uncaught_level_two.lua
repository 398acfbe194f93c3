local function check(v) if type(v) ~= "number" then error("number wanted", 2) end return v end
print(check(1)) -- expect: 1
check("x")
-- expect error: uncaught_level_two.lua:3: number wanted
