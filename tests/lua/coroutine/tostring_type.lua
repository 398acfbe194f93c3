local co = coroutine.create(print)
print(type(co), tostring(co):match("^thread: ") ~= nil, type(coroutine.wrap(print))) -- expect: thread	true	function
print(co == co, co == coroutine.create(print), ({ [co] = "key" })[co]) -- expect: true	false	key
