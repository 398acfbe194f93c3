-- heavy
-- A function with 200 locals and a call with 40 arguments on top of them.
local names, values, args = {}, {}, {}
for i = 1, 200 do names[i], values[i] = "v" .. i, tostring(i) end
for i = 1, 40 do args[i] = "v" .. i * 5 end
local f = load("local " .. table.concat(names, ",") .. " = " .. table.concat(values, ",") .. "\nreturn v1 + v200, select('#', " .. table.concat(args, ",") .. "), v199 .. v200 .. v100")
print(f()) -- expect: 201	40	199200100
