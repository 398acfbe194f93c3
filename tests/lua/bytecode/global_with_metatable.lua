local log = {}
setmetatable(_G, {
  __index = function(_, k) return "auto " .. k end,
  __newindex = function(t, k, v) log[#log + 1] = k rawset(t, k, v) end,
})
print(missing) -- expect: auto missing
fresh = 1
fresh = 2
print(fresh, table.concat(log, ",")) -- expect: 2	fresh
setmetatable(_G, nil)
print(missing) -- expect: nil
