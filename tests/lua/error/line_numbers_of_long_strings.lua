-- A string over several lines counts where it ends.
local function fails(source) print((select(2, pcall(load(source, "=s"))))) end
fails("local t = {}\nt.f\n[[\n\n]]") -- expect: s:5: attempt to call a nil value (field 'f')
fails("local t = {}\nt.f 'a\\\nb'") -- expect: s:3: attempt to call a nil value (field 'f')
fails("return [[\n]] < 1") -- expect: s:2: attempt to compare string with number
print(load("x = [[\n\n]] 1", "=s")) -- expect: nil	s:3: unexpected symbol near '1'
