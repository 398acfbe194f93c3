print(pcall(xpcall, error, 5, "first")) -- expect: false	bad argument #2 to 'xpcall' (function expected, got number)
print(pcall(xpcall, error, nil, "first")) -- expect: false	bad argument #2 to 'xpcall' (function expected, got nil)
print(pcall(xpcall, function() return "no error" end, 5)) -- expect: false	bad argument #2 to 'xpcall' (function expected, got number)
print(pcall(xpcall, error, setmetatable({}, { __call = function(_, e) return e end }), "x")) -- expect: false	bad argument #2 to 'xpcall' (function expected, got table)
print(xpcall(setmetatable({}, { __call = function(_, v) return v end }), print, "a callable runs")) -- expect: true	a callable runs
