-- heavy
local names = {}
for i = 1, 201 do names[i] = "v" .. i end
print(load("local " .. table.concat(names, ",", 1, 200)) ~= nil) -- expect: true
print(select(2, load("local " .. table.concat(names, ","), "=c"))) -- expect: c:1: too many local variables (limit is 200) in main function near <eof>
local many = {}
for i = 1, 201 do many[i] = "local v" .. i end
print(select(2, load(table.concat(many, "\n"), "=c"))) -- expect: c:201: too many local variables (limit is 200) in main function near <eof>
print(select(2, load("function f()\n" .. table.concat(many, "\n") .. " end", "=c"))) -- expect: c:202: too many local variables (limit is 200) in function at line 1 near 'end'
print(load(table.concat(many, "\n", 1, 100) .. "\ndo\n" .. table.concat(many, "\n", 1, 100) .. "\nend") ~= nil) -- expect: true
