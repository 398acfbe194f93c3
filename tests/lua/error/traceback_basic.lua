print(debug.traceback("message", 1):match("^message\nstack traceback:\n") ~= nil) -- expect: true
print(debug.traceback({}) ~= nil, type(debug.traceback({})), debug.traceback(nil) == nil, debug.traceback(5):sub(1, 2))
-- expect: true	table	false	5
-- expect:
print(debug.traceback("m"):match("^m\n") ~= nil, debug.traceback():match("^stack traceback:") ~= nil) -- expect: true	true
