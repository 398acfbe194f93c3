-- Never assigned after the capture: a copy in the closure suffices.
local greeting, count = "hello", 3
local function say() return greeting, count end
print(say()) -- expect: hello	3
local function outer(a)
  return function(b)
    return function(c) return a + b + c end
  end
end
print(outer(1)(20)(300)) -- expect: 321
