local log = {}
local mt = {
  __close = function(s) log[#log + 1] = s.name end,
  __call = function(s, _, i) if i < 2 then return i + 1 end end,
}
for i in setmetatable({ name = "iterator" }, mt), nil, 0, setmetatable({ name = "closing" }, mt) do
  log[#log + 1] = i
end
print(table.concat(log, " ")) -- expect: 1 2 closing
