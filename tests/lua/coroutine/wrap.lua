local gen = coroutine.wrap(function(a) for i = 1, a do coroutine.yield(i, i * i) end return "done" end)
print(gen(2)) -- expect: 1	1
print(gen()) -- expect: 2	4
print(gen()) -- expect: done
print(pcall(gen)) -- expect: false	cannot resume dead coroutine
for x in coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end) do print(x) end
-- expect: 1
-- expect: 2
-- expect: 3
print(type(gen), pcall(coroutine.wrap, 5)) -- expect: function	false	bad argument #1 to 'coroutine.wrap' (function expected, got number)
