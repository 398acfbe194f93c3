-- a line comment
print(1) -- beside code
-- expect: 1
--[[ a block
comment ]] print(2) -- expect: 2
--[==[ with level ]] ]=]
still ]==] print(3) -- expect: 3
print --[[inside]] (4)
-- expect: 4
--[ not a block
print(5) -- expect: 5
---[[ a line comment again
print(6) -- expect: 6
--]]
print(7)--
-- expect: 7
--[==[]==]print(8)
-- expect: 8
