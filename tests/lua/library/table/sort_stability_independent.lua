-- Sorting by a total order has one result, whatever the algorithm.
local words = {}
for w in ("the quick brown fox jumps over the lazy dog and runs away"):gmatch("%a+") do words[#words + 1] = w end
table.sort(words, function(a, b) if #a ~= #b then return #a < #b end return a < b end)
print(table.concat(words, " ")) -- expect: and dog fox the the away lazy over runs brown jumps quick
