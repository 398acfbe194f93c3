print(1) --[[ inline ]] print(2) --[=[
-- expect: 1
-- expect: 2
]] not the end
]=] print(3) ---- four dashes
-- expect: 3
--[[]] print(4)
-- expect: 4
--[ [ not long
print(5) --[==[ ]==] print(6)
-- expect: 5
-- expect: 6
