-- gsub, gmatch and find over one long text. Largest: 300000
local n, rounds = tonumber(arg[1]), tonumber(arg[2])
local text = ("word %d; "):rep(math.floor(n / 8))
for _ = 1, rounds do
  local out = text:gsub("%a+", "<%0>")
  local count = 0
  for _ in text:gmatch("%w+") do count = count + 1 end
  local at = text:find("word$")
end
