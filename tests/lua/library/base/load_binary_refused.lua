-- A chunk that starts like a binary one is refused in text mode, and damaged ones always.
print(load("\27Lua", "=b", "t")) print((load("\27Lua garbage", "=b"))) print((load("\27", "=b", "b")))
-- expect: nil	attempt to load a binary chunk (mode is 't')
-- expect: nil
-- expect: nil
