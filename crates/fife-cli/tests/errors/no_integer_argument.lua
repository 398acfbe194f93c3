print(("x"):rep(1.5))
