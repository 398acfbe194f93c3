local log = {}
local meta = {
  __lt = function(a, b)
    log[#log + 1] = "lt" return (type(a) == "table" and a.v or a) < (type(b) == "table" and b.v or b)
  end,
  __le = function(a, b)
    log[#log + 1] = "le" return (type(a) == "table" and a.v or a) <= (type(b) == "table" and b.v or b)
  end,
}
local one, two = setmetatable({ v = 1 }, meta), setmetatable({ v = 2 }, meta)
print(one < two, one > two, one <= two, one >= two) -- expect: true	false	true	false
print(one < 5, 5 < one, one <= 1, 1 >= two, two > 1, 3 > two) -- expect: true	false	true	false	true	true
if not (one < two) then print("wrong") else print("right") end -- expect: right
print(not (one <= two), table.concat(log, " ")) -- expect: false	lt lt le le lt lt le le lt lt lt le
local truthy = setmetatable({}, { __lt = function() return 0 end, __le = function() return nil end })
print(truthy < 1, truthy <= 1) -- expect: true	false
