local name = os.tmpname()
local f = io.open(name, "w") f:write("one") f:close()
f = io.open(name, "a") f:write(" two") f:close()
f = io.open(name, "r+") f:write("ONE") f:close()
f = io.open(name, "rb") print(f:read("a")) print((select(2, f:write("x"))) ~= nil) f:close()
-- expect: ONE two
-- expect: true
f = io.open(name, "a+") f:write("!") f:seek("set") print(f:read("a")) f:close() -- expect: ONE two!
f = io.open(name, "wb") f:close()
f = io.open(name) print(f:read("a") == "", f:read()) f:close() -- expect: true	nil
for _, m in ipairs { "x", "rw", "", "r+b+", "bw", "w++" } do print(m, pcall(io.open, name, m)) end
-- expect: x	false	bad argument #2 to 'io.open' (invalid mode)
-- expect: rw	false	bad argument #2 to 'io.open' (invalid mode)
-- expect: 	false	bad argument #2 to 'io.open' (invalid mode)
-- expect: r+b+	false	bad argument #2 to 'io.open' (invalid mode)
-- expect: bw	false	bad argument #2 to 'io.open' (invalid mode)
-- expect: w++	false	bad argument #2 to 'io.open' (invalid mode)
print(io.open("/nonexistent/file")) -- expect: nil	/nonexistent/file: No such file or directory	2
print(io.open("/nonexistent/file", "w")) -- expect: nil	/nonexistent/file: No such file or directory	2
print(pcall(io.open)) -- expect: false	bad argument #1 to 'io.open' (string expected, got no value)
print(pcall(io.open, name, 5)) -- expect: false	bad argument #2 to 'io.open' (invalid mode)
os.remove(name) print(io.open(name) == nil) -- expect: true
