-- options: --memory=8M
local list = {}
for i = 1, 1e9 do list[i] = {i} end
