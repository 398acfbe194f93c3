local m = setmetatable({}, {
  __index = function(_, k) error("no field " .. k, 2) end,
  __add = function() error("cannot add") end,
  __call = function() error("cannot call", 2) end,
  __lt = function() error("cannot compare", 0) end,
  __tostring = function() error("cannot print", 0) end,
  __len = function() error("no length") end,
  __concat = function() error("no concat", 0) end,
  __eq = function() error("no eq", 0) end,
  __newindex = function(_, k) error("no set " .. k, 2) end,
})
print(pcall(function() return m.x end)) -- expect: false	error_in_metamethods.lua:12: no field x
print(pcall(function() return m + 1 end)) -- expect: false	error_in_metamethods.lua:3: cannot add
print(pcall(function() m() end)) -- expect: false	error_in_metamethods.lua:14: cannot call
print(pcall(function() return m < 1 end)) -- expect: false	cannot compare
print(pcall(tostring, m)) -- expect: false	cannot print
print(pcall(function() return #m end)) -- expect: false	error_in_metamethods.lua:7: no length
print(pcall(function() return m .. "" end)) -- expect: false	no concat
print(pcall(function() return m == setmetatable({}, getmetatable(m)) end)) -- expect: false	no eq
print(pcall(function() m.y = 1 end)) -- expect: false	error_in_metamethods.lua:20: no set y
