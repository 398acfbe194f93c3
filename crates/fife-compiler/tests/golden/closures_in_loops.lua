local all = {}
for i = 1, 3 do all[i] = function() return i end end
for i = 1, 3 do all[i] = function() i = i + 1 end end
for k, v in pairs(all) do all[k] = function() v = k end end
while true do
  local x
  all[1] = function() x = 1; return x end
  if all[2] then break end
end
local function parameters(a, b) return function() a = b end end
