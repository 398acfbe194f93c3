-- heavy
local ok, e = pcall(string.find, ("a"):rep(300), ("a?"):rep(300) .. ("a"):rep(300))
print(ok, type(e)) -- expect: false	string
print(#("x"):rep(1000):match((".-"):rep(20) .. "$")) -- expect: 1000
