local f = io.open("/")
print(f:read()) -- expect: nil	Is a directory	21
print(f:read("a")) -- expect: nil	Is a directory	21
print(f:read(0)) -- expect: nil	Is a directory	21
print(select(2, pcall(function() for line in f:lines() do end end))) -- expect: directories.lua:5: Is a directory
print(f:close()) -- expect: true
print(io.open("/", "w")) -- expect: nil	/: Is a directory	21
print(loadfile("/")) -- expect: nil	cannot read /: Is a directory
print(pcall(dofile, "/")) -- expect: false	cannot read /: Is a directory
