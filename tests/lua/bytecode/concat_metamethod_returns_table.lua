-- Right associative: each result takes part in the next step.
local meta = {}
local function new(text) return setmetatable({ text = text }, meta) end
meta.__concat = function(a, b)
  local left = type(a) == "table" and a.text or a
  local right = type(b) == "table" and b.text or b
  return new("(" .. left .. right .. ")")
end
print(("a" .. "b" .. new("c") .. "d" .. "e").text) -- expect: (a(b(cde)))
print((new("1") .. new("2") .. new("3") .. "4").text) -- expect: (1(2(34)))
