local function level1()
  local v = 1
  local function level2()
    local function level3()
      local function level4() v = v * 2 return v end
      return level4
    end
    return level3()
  end
  return level2(), function() return v end
end
local double, get = level1()
double() double() double()
print(get()) -- expect: 8
