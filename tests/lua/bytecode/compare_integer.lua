local function all(v) return v < 5, v <= 5, v > 5, v >= 5 end
print(all(4)) -- expect: true	true	false	false
print(all(5)) -- expect: false	true	false	true
print(all(6)) -- expect: false	false	true	true
print(all(4.5)) -- expect: true	true	false	false
print(all(5.0)) -- expect: false	true	false	true
print(all(5.5)) -- expect: false	false	true	true
print(all(0 / 0)) -- expect: false	false	false	false
local function flipped(v) return 5 < v, 5 <= v, 5 > v, 5 >= v end
print(flipped(4)) -- expect: false	false	true	true
print(flipped(5)) -- expect: false	true	false	true
print(flipped(6.5)) -- expect: true	true	false	false
local function branch(v)
  if v < -32768 then return "below"
  elseif v <= 0 then return "low"
  elseif v > 32767 then return "above"
  elseif v >= 100 then return "high"
  else return "mid"
  end
end
print(branch(-40000), branch(0), branch(40000), branch(100), branch(50), branch(-1e300), branch(1e300)) -- expect: below	low	above	high	mid	below	above
local function negated(v) return not (v < 5), not (v <= 5), not (v > 5), not (v >= 5) end
print(negated(5)) -- expect: true	false	true	false
print(negated(0 / 0)) -- expect: true	true	true	true
