local function handler(e) return "handled: " .. tostring(e) end
print(xpcall(error, handler, "e")) -- expect: false	handled: e
print(xpcall(function(a, b) return a + b end, handler, 1, 2)) -- expect: true	3
print(xpcall(function() local x = nil; return x.y end, handler)) -- expect: false	handled: xpcall.lua:4: attempt to index a nil value (local 'x')
print(xpcall(function() error({}) end, type)) -- expect: false	table
print(xpcall(function() end, handler)) -- expect: true
print(xpcall(error, handler)) -- expect: false	handled: nil
print(xpcall(error, function(e) return e, "second result" end, "first")) -- expect: false	first
print(xpcall(error, function() end, "lost")) -- expect: false	nil
print(pcall(xpcall)) -- expect: false	bad argument #2 to 'xpcall' (function expected, got no value)
print(pcall(xpcall, print)) -- expect: false	bad argument #2 to 'xpcall' (function expected, got no value)
print(pcall(xpcall, print, nil)) -- expect: false	bad argument #2 to 'xpcall' (function expected, got nil)
print(xpcall(nil, handler)) -- expect: false	handled: attempt to call a nil value
