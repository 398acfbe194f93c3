local t = {}
print(pcall(function() if t < 1 then end end)) -- expect: false	compare_in_conditions.lua:2: attempt to compare table with number
print(pcall(function() while t <= "x" do end end)) -- expect: false	compare_in_conditions.lua:3: attempt to compare table with string
print(pcall(function() repeat until t > {} end)) -- expect: false	compare_in_conditions.lua:4: attempt to compare two table values
print(pcall(function() return not (nil >= 1) end)) -- expect: false	compare_in_conditions.lua:5: attempt to compare number with nil
print(pcall(function() return t < t and 1 or 2 end)) -- expect: false	compare_in_conditions.lua:6: attempt to compare two table values
