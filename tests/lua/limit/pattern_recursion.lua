-- heavy
-- PUC gives up at 200 levels of an optional item; a longer answer is right, too.
local ok, result = pcall(string.match, ("a"):rep(1000), ("a?"):rep(300))
print(ok and #result == 300 or result:find("pattern too complex", 1, true) ~= nil) -- expect: true
print(#(("x"):rep(5000)):match(".-y?$")) -- expect: 5000
