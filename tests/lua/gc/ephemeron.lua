-- A weak key that only its own value leads to is collected; one that the value of another live key leads to is kept.
local weak = setmetatable({}, {__mode = "k"})
local function chain(n)
  local last = {}
  local first = last
  for _ = 1, n do
    local key = {}
    weak[last] = {key}
    last = key
  end
  weak[last] = "end"
  return first
end
local first = chain(100)
chain(50)
local own = {}
weak[own] = {own}
own = nil
collectgarbage()
local count, key = 0, first
while type(weak[key]) == "table" do
  key = weak[key][1]
  count = count + 1
end
print(count, weak[key]) -- expect: 100	end
count = 0
for _ in pairs(weak) do count = count + 1 end
print(count) -- expect: 101
first, key = nil, nil
collectgarbage()
print(next(weak)) -- expect: nil
