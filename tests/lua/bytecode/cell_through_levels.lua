-- A cell passed down through a function that does not use it itself.
local function make()
  local v = 0
  local function middle()
    return function() v = v + 1 return v end
  end
  return middle, function() return v end
end
local middle, read = make()
local one, two = middle(), middle()
one() one() two()
print(read()) -- expect: 3
