local store = { "a", "b" }
local proxy = setmetatable({}, {
  __index = store,
  __newindex = function(_, k, v) store[k] = v end,
  __len = function() return #store end,
})
table.insert(proxy, "c") table.insert(proxy, 1, "z")
print(table.concat(store, " "), table.concat(proxy, "-"), table.remove(proxy, 1)) -- expect: z a b c	z-a-b-c	z
print(table.remove(proxy), table.concat(store, " "), table.unpack(proxy)) -- expect: c	a b	a	b
print(pcall(table.insert, setmetatable({}, { __len = function() return "x" end }), 1)) -- expect: false	object length is not an integer
print(pcall(table.insert, setmetatable({}, { __len = function() return 1.5 end }), 1)) -- expect: false	object length is not an integer
print(pcall(table.concat, setmetatable({}, { __len = function() return {} end }))) -- expect: false	object length is not an integer
print(pcall(table.insert, setmetatable({}, { __len = function() return math.maxinteger end }), 1) == true) -- expect: true
local fake = setmetatable({}, { __index = {}, __newindex = rawset, __len = function() return 0 end })
print(pcall(table.insert, fake, "x"), rawget(fake, 1)) -- expect: true	x
