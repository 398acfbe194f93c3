-- Collecting the lines of a long function takes several steps.
local f = load(("x = 1\n"):rep(2500))
local info = debug.getinfo(f, "LfS")
local count = 0
for line in pairs(info.activelines) do
  assert(line >= 1 and line <= 2501)
  count = count + 1
end
print(count >= 2500, info.func == f, info.what) -- expect: true	true	main
print(pcall(debug.getinfo, f, "S?")) -- expect: false	bad argument #2 to 'debug.getinfo' (invalid option)
print(pcall(debug.getinfo, f, ">S")) -- expect: false	bad argument #2 to 'debug.getinfo' (invalid option '>')
