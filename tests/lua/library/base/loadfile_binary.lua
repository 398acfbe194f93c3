-- Binary chunks in files, also after a first line that is a comment.
local name = os.tmpname()
local function write(...)
  local file = assert(io.open(name, "wb"))
  assert(file:write(...))
  file:close()
end
local chunk = string.dump(load("return 20, #'\\0\\0\\0', ...", "=inside"))

write(chunk)
print(loadfile(name)(1)) -- expect: 20	3	1
print(loadfile(name, "b", {})(2)) -- expect: 20	3	2
print(select(2, loadfile(name, "t"))) -- expect: attempt to load a binary chunk (mode is 't')
print(dofile(name)) -- expect: 20	3

write("#this is a comment for Lua\0\n", chunk)
print(loadfile(name)(3)) -- expect: 20	3	3

write(chunk:sub(1, -2))
local f, message = loadfile(name)
print(f, message == name .. ": bad binary format (truncated chunk)") -- expect: nil	true

write("return 1")
print(select(2, loadfile(name, "b"))) -- expect: attempt to load a text chunk (mode is 'b')
os.remove(name)
