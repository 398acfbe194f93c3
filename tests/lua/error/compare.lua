local t, n, s = {}, 1, "s"
print(pcall(function() return t < t end)) -- expect: false	compare.lua:2: attempt to compare two table values
print(pcall(function() return t < n end)) -- expect: false	compare.lua:3: attempt to compare table with number
print(pcall(function() return n < t end)) -- expect: false	compare.lua:4: attempt to compare number with table
print(pcall(function() return n < s end)) -- expect: false	compare.lua:5: attempt to compare number with string
print(pcall(function() return s <= n end)) -- expect: false	compare.lua:6: attempt to compare string with number
print(pcall(function() return nil > 1 end)) -- expect: false	compare.lua:7: attempt to compare number with nil
print(pcall(function() return 1 >= nil end)) -- expect: false	compare.lua:8: attempt to compare nil with number
print(pcall(function() return true < false end)) -- expect: false	compare.lua:9: attempt to compare two boolean values
print(pcall(function() return nil < nil end)) -- expect: false	compare.lua:10: attempt to compare two nil values
print(pcall(function() return print < print end)) -- expect: false	compare.lua:11: attempt to compare two function values
print(pcall(function() return {} < "x" end)) -- expect: false	compare.lua:12: attempt to compare table with string
print(pcall(function() return 1 < "1" end)) -- expect: false	compare.lua:13: attempt to compare number with string
print(pcall(function() return coroutine.create(print) < 1 end)) -- expect: false	compare.lua:14: attempt to compare thread with number
print(pcall(function() return io.stdout < io.stdout end)) -- expect: false	compare.lua:15: attempt to compare two FILE* values
print(pcall(function() if t > 5 then end end)) -- expect: false	compare.lua:16: attempt to compare number with table
print(pcall(function() return 5 <= t end)) -- expect: false	compare.lua:17: attempt to compare number with table
print(pcall(function() return t <= 1.5 end)) -- expect: false	compare.lua:18: attempt to compare table with number
