-- Keys are stored as integers if possible, so no table has such a float as a key.
print(pcall(next, {1, 2}, 1.0)) -- expect: false	invalid key to 'next'
print(pcall(next, {[5] = 1}, 5.0)) -- expect: false	invalid key to 'next'
print(next({[1.5] = "x"}, nil)) -- expect: 1.5	x
print(next({[1.5] = "x"}, 1.5)) -- expect: nil
