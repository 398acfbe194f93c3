-- If a hook sets another one for lines, that sees the first line of the called function.
local seen
local function method(self, a, ...) local list = { ... } return self end
debug.sethook(function()
  debug.sethook(function(_, line)
    debug.sethook()
    seen = debug.getinfo(2, "l").currentline == line
    print(debug.getlocal(2, 1)) print(debug.getlocal(2, 2)) print((debug.getlocal(2, 3)))
  end, "l")
end, "c")
method("it", 1, 2)
-- expect: self	it
-- expect: a	1
-- expect: (temporary)
print(seen) -- expect: true
