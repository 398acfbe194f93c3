-- Standard files stay open.
print(pcall(io.stdin.read, io.stdin, 0) == true, io.type(io.stdin), io.type(io.stderr)) -- expect: true	file	file
print(io.stderr:write("") == io.stderr) -- expect: true
