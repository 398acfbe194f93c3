-- Strings that are numerals are converted.
for i = "1", 2 do print(i) end
-- expect: 1.0
-- expect: 2.0
for i = 1, "2" do print(i) end
-- expect: 1
-- expect: 2
for i = 1, 5, "2" do print(i) end
-- expect: 1.0
-- expect: 3.0
-- expect: 5.0
print(pcall(function() for i = 1, "two" do end end)) -- expect: false	for_loop_string_bounds.lua:12: bad 'for' limit (number expected, got string)
print(pcall(function() for i = "one", 2 do end end)) -- expect: false	for_loop_string_bounds.lua:13: bad 'for' initial value (number expected, got string)
print(pcall(function() for i = 1, 2, "" do end end)) -- expect: false	for_loop_string_bounds.lua:14: bad 'for' step (number expected, got string)
