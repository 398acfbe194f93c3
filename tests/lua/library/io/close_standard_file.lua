print(io.stdin:close()) -- expect: nil	cannot close standard file
print(io.type(io.stdin), io.type(io.stdout)) -- expect: file	file
