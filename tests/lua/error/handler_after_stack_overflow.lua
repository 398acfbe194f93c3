-- heavy
-- A large frame, to fill the stack quickly.
local names = {}
for i = 1, 190 do names[i] = "v" .. i end
loop = load("local " .. table.concat(names, ", ") .. " return 1 + loop()")
-- The handler has room of its own, each time.
for _ = 1, 3 do
  print(xpcall(loop, function(message) return message:gsub("^.*stack overflow.*$", "overflow") .. select("#", 1, 2) end))
end
-- expect: false	overflow2
-- expect: false	overflow2
-- expect: false	overflow2
-- If it uses that up, it fails, and no handler is called for that error.
local calls = 0
print(xpcall(loop, function() calls = calls + 1 loop() end)) -- expect: false	error in error handling
print(calls) -- expect: 1
print(xpcall(loop, function() return select(2, pcall(loop)) end)) -- expect: false	error in error handling
print(select(2, pcall(loop)):match("stack overflow")) -- expect: stack overflow
