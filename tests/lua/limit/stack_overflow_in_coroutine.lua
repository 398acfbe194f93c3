-- heavy
local names = {}
for i = 1, 190 do names[i] = "v" .. i end
forever = load("local " .. table.concat(names, ", ") .. " return 1 + forever()")
local co = coroutine.create(forever)
local ok, message = coroutine.resume(co)
print(ok, (message:find("stack overflow", 1, true)) ~= nil, coroutine.status(co)) -- expect: false	true	dead
print(coroutine.resume(coroutine.create(function() return "others live" end))) -- expect: true	others live
