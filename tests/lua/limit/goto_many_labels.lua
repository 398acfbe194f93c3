-- heavy
local code = { "local x = ... if x then goto l300 end" }
for i = 1, 300 do code[#code + 1] = ("::l%d:: x = (x or 0) + 1"):format(i) end
local f = load(table.concat(code, "\n") .. " return x")
print(f(nil), f(0)) -- expect: 300	1
