print(load("return 1", "=c", "t")()) -- expect: 1
print(load("return 1", "=c", "bt")()) -- expect: 1
print(load("return 1", "=c", "b")) -- expect: nil	attempt to load a text chunk (mode is 'b')
print(load("\27Lua", "=c", "t")) -- expect: nil	attempt to load a binary chunk (mode is 't')
print(load("return 1", "=c", "x")) -- expect: nil	attempt to load a text chunk (mode is 'x')
