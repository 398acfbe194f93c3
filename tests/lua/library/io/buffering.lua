local name = os.tmpname()
local function content()
  local f <close> = io.open(name)
  return (f:read("a"):gsub("\n", "/"))
end
local f = io.open(name, "w")
print(f:setvbuf("full", 100)) -- expect: true
f:write("a\n")
print(content()) -- expect: 
f:flush()
print(content()) -- expect: a/
print(f:setvbuf("line")) -- expect: true
f:write("b")
print(content()) -- expect: a/
-- The text after the last complete line waits.
f:write("c\nd\ne")
print(content()) -- expect: a/bc/d/
f:write("f")
f:seek("end")
print(content()) -- expect: a/bc/d/ef
print(f:setvbuf("no")) -- expect: true
f:write("g")
print(content()) -- expect: a/bc/d/efg
f:close()
os.remove(name)
