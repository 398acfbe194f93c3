local function name(v) return type(v) == "table" and "m" or tostring(v) end
local log = {}
local meta = {
  __lt = function(a, b) log[#log + 1] = name(a) .. "<" .. name(b) return true end,
  __le = function(a, b) log[#log + 1] = name(a) .. "<=" .. name(b) return false end,
}
local m = setmetatable({}, meta)
print(m < 1, m <= 1, m > 1, m >= 1) -- expect: true	false	true	false
print(1 < m, 1 <= m, 1 > m, 1 >= m) -- expect: true	false	true	false
print(table.concat(log, " ")) -- expect: m<1 m<=1 1<m 1<=m 1<m 1<=m m<1 m<=1
