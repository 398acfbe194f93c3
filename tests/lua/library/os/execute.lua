print(os.execute()) -- expect: true
print(os.execute("exit 0")) -- expect: true	exit	0
print(os.execute("exit 3")) -- expect: nil	exit	3
print(os.execute("kill -s KILL $$")) -- expect: nil	signal	9
print(os.execute("exit 2\0exit 3")) -- expect: nil	exit	2
print(select(2, pcall(function() os.execute({}) end)))
-- expect: execute.lua:6: bad argument #1 to 'execute' (string expected, got table)
