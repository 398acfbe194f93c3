print(pcall(function() for i = 1, 2, 0 do end end)) -- expect: false	for_loop_errors.lua:1: 'for' step is zero
print(pcall(function() for i = 1.0, 2, 0 do end end)) -- expect: false	for_loop_errors.lua:2: 'for' step is zero
print(pcall(function() for i = 1, 2, 0.0 do end end)) -- expect: false	for_loop_errors.lua:3: 'for' step is zero
print(pcall(function() for i = nil, 2 do end end)) -- expect: false	for_loop_errors.lua:4: bad 'for' initial value (number expected, got nil)
print(pcall(function() for i = 1, {} do end end)) -- expect: false	for_loop_errors.lua:5: bad 'for' limit (number expected, got table)
print(pcall(function() for i = 1, 2, print do end end)) -- expect: false	for_loop_errors.lua:6: bad 'for' step (number expected, got function)
print(pcall(function() for i = 1.5, "x" do end end)) -- expect: false	for_loop_errors.lua:7: bad 'for' limit (number expected, got string)
