-- heavy
local code = { "local t = {}" }
for i = 1, 400 do code[#code + 1] = ("t[%d] = function() return %d end"):format(i, i) end
local t = load(table.concat(code, "\n") .. " return t")()
print(t[1](), t[256](), t[257](), t[400]()) -- expect: 1	256	257	400
