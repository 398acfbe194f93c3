print(debug.traceback("message", 1):match("^message\nstack traceback:\n") ~= nil) -- expect: true
print(debug.traceback({}) ~= nil, type(debug.traceback({})), debug.traceback(nil) == nil) -- expect: true	table	false
print(debug.traceback(5):sub(1, 2))
-- expect: 5
-- expect:
print(debug.traceback("m"):match("^m\n") ~= nil, debug.traceback():match("^stack traceback:") ~= nil) -- expect: true	true
