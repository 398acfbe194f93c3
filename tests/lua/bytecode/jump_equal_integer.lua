local function is(v) return v == 0, v == 1, v == -1, v == 32767, v == -32768, v == 32768 end
print(is(0)) -- expect: true	false	false	false	false	false
print(is(1.0)) -- expect: false	true	false	false	false	false
print(is(-1)) -- expect: false	false	true	false	false	false
print(is("1")) -- expect: false	false	false	false	false	false
print(is(32767)) -- expect: false	false	false	true	false	false
print(is(-32768.0)) -- expect: false	false	false	false	true	false
print(is(32768)) -- expect: false	false	false	false	false	true
local function isnt(v) if v ~= 7 then return "not seven" end return "seven" end
print(isnt(7), isnt(7.0), isnt(7.5), isnt("7"), isnt(nil)) -- expect: seven	seven	not seven	not seven	not seven
local m = setmetatable({}, { __eq = function() return true end })
print(m == 1, 1 == m, m == "s") -- expect: false	false	false
