local parts = { "return ", "1", " + ", "2" }
local i = 0
print(load(function() i = i + 1 return parts[i] end)()) -- expect: 3
print(load(function() return nil end) ~= nil) -- expect: true
local done
print(load(function() if done then return "" end done = true return "return 'until empty'" end)()) -- expect: until empty
print(load(function() return {} end)) -- expect: nil	load_function.lua:7: reader function must return a string
print(load(function() error("reader failed", 0) end)) -- expect: nil	reader failed
print(load(function() error({}) end) == nil) -- expect: true
local n = 0
local f = load(function()
  n = n + 1 if n <= 100 then return "local x" .. n .. " = " .. n .. " " elseif n == 101 then return "return x1 + x100" end
end)
print(f()) -- expect: 101
