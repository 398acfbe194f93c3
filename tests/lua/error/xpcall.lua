local function handler(e) return "handled: " .. tostring(e) end
print(xpcall(error, handler, "e")) print(xpcall(function(a, b) return a + b end, handler, 1, 2)) print(xpcall(function() local x = nil; return x.y end, handler))
-- expect: false	handled: e
-- expect: true	3
-- expect: false	handled: xpcall.lua:2: attempt to index a nil value (local 'x')
print(xpcall(function() error({}) end, type)) print(xpcall(function() end, handler)) print(xpcall(error, handler))
-- expect: false	table
-- expect: true
-- expect: false	handled: nil
print(xpcall(error, function(e) return e, "second result" end, "first")) -- expect: false	first
print(xpcall(error, function() end, "lost")) -- expect: false	nil
print(pcall(xpcall)) print(pcall(xpcall, print)) print(pcall(xpcall, print, nil)) print(xpcall(nil, handler))
-- expect: false	bad argument #2 to 'xpcall' (function expected, got no value)
-- expect: false	bad argument #2 to 'xpcall' (function expected, got no value)
-- expect: false	bad argument #2 to 'xpcall' (function expected, got nil)
-- expect: false	handled: attempt to call a nil value
