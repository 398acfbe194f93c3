local t = {}
print(pcall(function() if t < 1 then end end)) print(pcall(function() while t <= "x" do end end)) print(pcall(function() repeat until t > {} end)) print(pcall(function() return not (nil >= 1) end)) print(pcall(function() return t < t and 1 or 2 end))
-- expect: false	compare_in_conditions.lua:2: attempt to compare table with number
-- expect: false	compare_in_conditions.lua:2: attempt to compare table with string
-- expect: false	compare_in_conditions.lua:2: attempt to compare two table values
-- expect: false	compare_in_conditions.lua:2: attempt to compare number with nil
-- expect: false	compare_in_conditions.lua:2: attempt to compare two table values
