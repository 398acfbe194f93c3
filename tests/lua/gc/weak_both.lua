-- With weak keys and values an entry needs both alive.
local weak = setmetatable({}, {__mode = "kv"})
local a, b = {}, {}
weak[a], weak[{}], weak[b] = b, a, {}
weak[1], weak[2] = a, {}
collectgarbage()
local count = 0
for _ in pairs(weak) do count = count + 1 end
print(count, weak[a] == b, weak[1] == a, weak[2], weak[b]) -- expect: 2	true	true	nil	nil
