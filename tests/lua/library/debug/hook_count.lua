-- A count hook is called after every N instructions.
local count = 0
debug.sethook(function(event) count = count + (event == "count" and 1 or 0) end, "", 100)
for _ = 1, 10000 do end
debug.sethook()
print(count >= 95 and count <= 210) -- expect: true
print(debug.gethook()) -- expect: nil
