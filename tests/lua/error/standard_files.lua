-- Standard files stay open.
print(io.type(io.stdin), io.type(io.stderr)) -- expect: file	file
print(io.stderr:write("") == io.stderr) -- expect: true
