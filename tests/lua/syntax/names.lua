local _, _1, a_b, Ab, aB = 1, 2, 3, 4, 5
print(_, _1, a_b, Ab, aB) -- expect: 1	2	3	4	5
local and_, end1, Function, NIL = "and_", "end1", "Function", "NIL"
print(and_, end1, Function, NIL) -- expect: and_	end1	Function	NIL
local a_very_long_name_that_goes_on_and_on_for_more_than_forty_characters = "long"
print(a_very_long_name_that_goes_on_and_on_for_more_than_forty_characters) -- expect: long
print(select(2, load("local \u{e9} = 1"))) -- expect: [string "local é = 1"]:1: <name> expected near '<\195>'
