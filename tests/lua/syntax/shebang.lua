#!/usr/bin/env fife
-- The first line may start with '#'.
print("after the first line") -- expect: after the first line
print(pcall(error, "x", 1)) -- expect: false	x
