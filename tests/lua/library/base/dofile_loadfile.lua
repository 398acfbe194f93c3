local name = os.tmpname()
local f = assert(io.open(name, "w"))
f:write("#!shebang line\nlocal a = ... \nreturn a or 'no argument', 2, value\n")
f:close()
value = "global"
print(dofile(name)) -- expect: no argument	2	global
print(loadfile(name)("argument")) -- expect: argument	2	global
print(loadfile(name, "t", { value = "env" })()) -- expect: no argument	2	env
print((select(2, loadfile(name, "b")):gsub("^.*: ", ""))) -- expect: attempt to load a text chunk (mode is 'b')
local g = assert(io.open(name, "w"))
g:write("x =")
g:close()
local ok, e = loadfile(name)
print(ok, (e:gsub("^.-:(%d+:)", "%1"))) -- expect: nil	1: unexpected symbol near <eof>
print((select(2, pcall(dofile, name)):gsub("^.-:(%d+:)", "%1"))) -- expect: 1: unexpected symbol near <eof>
os.remove(name)
print((select(2, loadfile(name)):gsub("/%S+", "FILE"))) -- expect: cannot open FILE No such file or directory
print((select(2, pcall(dofile, name)):gsub("/%S+", "FILE"))) -- expect: cannot open FILE No such file or directory
