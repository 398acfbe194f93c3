print(pcall(coroutine.create)) -- expect: false	bad argument #1 to 'coroutine.create' (function expected, got no value)
print(pcall(coroutine.create, {})) -- expect: false	bad argument #1 to 'coroutine.create' (function expected, got table)
print(pcall(coroutine.create, "f")) -- expect: false	bad argument #1 to 'coroutine.create' (function expected, got string)
print(pcall(coroutine.wrap)) -- expect: false	bad argument #1 to 'coroutine.wrap' (function expected, got no value)
print(pcall(coroutine.create, setmetatable({}, { __call = print }))) -- expect: false	bad argument #1 to 'coroutine.create' (function expected, got table)
print(coroutine.resume(coroutine.create(print), "native body"))
-- expect: native body
-- expect: true
