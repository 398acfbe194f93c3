-- Only Lua functions can be dumped.
print(pcall(function() string.dump(print) end)) -- expect: false	dump_errors.lua:2: unable to dump given function
print(pcall(function() string.dump() end)) -- expect: false	dump_errors.lua:3: bad argument #1 to 'dump' (function expected, got no value)
print(pcall(function() string.dump(1) end)) -- expect: false	dump_errors.lua:4: bad argument #1 to 'dump' (function expected, got number)
print(pcall(function() string.dump({}, true) end)) -- expect: false	dump_errors.lua:5: bad argument #1 to 'dump' (function expected, got table)
print(pcall(function() string.dump(coroutine.wrap(print)) end)) -- expect: false	dump_errors.lua:6: unable to dump given function
