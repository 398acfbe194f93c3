local function counter()
  local n = 0
  return {
    up = function() n = n + 1 return n end,
    down = function() n = n - 1 return n end,
    get = function() return n end,
  }
end
local a, b = counter(), counter()
a.up() a.up() b.down()
print(a.get(), b.get()) -- expect: 2	-1
