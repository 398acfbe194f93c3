-- Division by zero is left to run time, where it may fail.
print(1 / 0, -1 / 0, 1 // 0.0, 1 % math.huge) -- expect: inf	-inf	inf	1.0
print(pcall(load "return 1 // 0")) -- expect: false	[string "return 1 // 0"]:1: attempt to divide by zero
print(pcall(load "return 1 % 0")) -- expect: false	[string "return 1 % 0"]:1: attempt to perform 'n%0'
print(0 / 0 ~= 0 / 0) -- expect: true
