-- The iterator gets the real control value, not the loop variable.
local function step(_, i) if i < 3 then return i + 1 end end
for i in step, nil, 0 do
  print(i)
  -- expect: 1
  -- expect: 2
  -- expect: 3
  i = 100
end
