print(select(2, load("error("))) -- expect: [string "error("]:1: unexpected symbol near <eof>
print(select(2, load("error(", "=name"))) -- expect: name:1: unexpected symbol near <eof>
print(select(2, load("error(", "@file.lua"))) -- expect: file.lua:1: unexpected symbol near <eof>
print(select(2, load(function() return nil end)) == nil) -- expect: true
local n = 0
print(select(2, load(function() n = n + 1 if n == 1 then return "x = = 1" end end))) -- expect: (load):1: unexpected symbol near '='
print(pcall(load("error('e')", "=(load)"))) -- expect: false	(load):1: e
