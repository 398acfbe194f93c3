-- heavy
-- A large frame, to fill the stack quickly.
local names = {}
for i = 1, 190 do names[i] = "v" .. i end
local forever = load("local " .. table.concat(names, ", ") .. " v1 = ... return 1 + forever(v1 + 1)")
_G.forever = forever
local ok, message = pcall(forever, 1)
print(ok, (message:find("stack overflow", 1, true)) ~= nil) -- expect: false	true
print(pcall(function() return "still alive" end)) -- expect: true	still alive
