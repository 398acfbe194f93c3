local function walk(n)
  local step = function() if n > 0 then return walk(n - 1) end return "bottom" end
  return step()
end
print(walk(4)) -- expect: bottom
