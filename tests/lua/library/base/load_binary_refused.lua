-- A chunk that starts like a binary one is refused in text mode, and damaged ones always.
print(load("\27Lua", "=b", "t")) -- expect: nil	attempt to load a binary chunk (mode is 't')
print((load("\27Lua garbage", "=b"))) -- expect: nil
print((load("\27", "=b", "b"))) -- expect: nil
