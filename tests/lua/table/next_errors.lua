print(pcall(next, {}, "no such key")) -- expect: false	invalid key to 'next'
print(pcall(next, { 1, 2 }, 3)) -- expect: false	invalid key to 'next'
print(pcall(next)) -- expect: false	bad argument #1 to 'next' (table expected, got no value)
print(pcall(next, 5)) -- expect: false	bad argument #1 to 'next' (table expected, got number)
print(pcall(next, nil)) -- expect: false	bad argument #1 to 'next' (table expected, got nil)
print(next({ 1 }, 1), next({ x = 1 }, "x")) -- expect: nil	nil
