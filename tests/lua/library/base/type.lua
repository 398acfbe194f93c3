print(type(nil), type(true), type(1), type(1.5), type("s"), type({}), type(print)) -- expect: nil	boolean	number	number	string	table	function
print(type(function() end), type(coroutine.create(print)), type(io.stdout)) -- expect: function	thread	userdata
print(pcall(type)) -- expect: false	bad argument #1 to 'type' (value expected)
print(select("#", type(nil, 1))) -- expect: 1
