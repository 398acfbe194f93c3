-- More than one value is a mistake; the last one counts.
local shared = 0
local function get() return shared end
shared = 1
print(debug.setupvalue(get, 1, 5, 6, 7), shared) -- expect: shared	7
print(debug.setupvalue(get, 1, 5, nil), get()) -- expect: shared	nil
