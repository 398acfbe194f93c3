local f = io.tmpfile()
print(io.type(f), f:write("temporary") == f, f:seek("set"), f:read("a"), f:close()) -- expect: file	true	0	temporary	true
