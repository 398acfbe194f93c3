print(pcall(coroutine.yield)) -- expect: false	attempt to yield from outside a coroutine
print(pcall(coroutine.yield, 1, 2)) -- expect: false	attempt to yield from outside a coroutine
print(select(2, pcall(function() coroutine.yield() end))) -- expect: attempt to yield from outside a coroutine
