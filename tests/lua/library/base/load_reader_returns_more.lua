-- A reader may return more values than its piece: iterators of files return one more for each further format.
local name = os.tmpname()
local file = io.open(name, "w")
file:write("x = 1\nreturn\n1 +\nx\n")
file:close()
x = 0
print(load(io.lines(name, "L"), "@f")()) -- expect: 2
print(load(io.lines(name, "L", 0), "@f")()) -- expect: 2
os.remove(name)

local function reader(...)
  local values, is_done = table.pack(...), false
  return function()
    if is_done then return nil end
    is_done = true
    return table.unpack(values, 1, values.n)
  end
end

print(load(reader("return x", "b", "b", {}))()) -- expect: 1
print(load(reader("return x", "b", "b", {}), "=name")()) -- expect: 1
print(load(reader("return x", "b", "b", {}), "=name", "t")()) -- expect: 1
print(load(reader("return x", "b", "b", {}), "=name", "t", {x = 2})()) -- expect: 2
print(pcall(load(reader("return x", "b", "b", {}), "=name", "t", nil))) -- expect: false	name:1: attempt to index a nil value (upvalue '_ENV')
print(load(reader("return x", "b", "b", {}), "=name", "b")) -- expect: nil	attempt to load a text chunk (mode is 'b')
