local log = {}
local m = setmetatable({}, {
  __sub = function(a, b) log[#log + 1] = (a == 10 and "10" or "m") .. "-" .. (b == 10 and "10" or "m") return 0 end,
  __lt = function(a, b) log[#log + 1] = (a == 10 and "10" or "m") .. "<" .. (b == 10 and "10" or "m") return true end,
})
local _ = m - 10, 10 - m
_ = m < 10
_ = 10 < m
_ = m > 10
_ = 10 > m
print(table.concat(log, " ")) -- expect: m-10 10-m m<10 10<m 10<m m<10
