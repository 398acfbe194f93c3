-- heavy
print(#("x"):rep(1000):match((".-"):rep(20) .. "$")) -- expect: 1000
print(#("x"):rep(200):match(("x-"):rep(10) .. "x*$")) -- expect: 200
