print([[one line]]) -- expect: one line
local first = [[
first newline is dropped]]
print(first) -- expect: first newline is dropped
print([==[with ]] and ]=] inside]==]) -- expect: with ]] and ]=] inside
local two = [[two
lines]]
print(two, #two)
-- expect: two
-- expect: lines	9
print([[no \n escapes]]) -- expect: no \n escapes
local blank = [[

]]
print(#blank, blank == "\n") -- expect: 1	true
