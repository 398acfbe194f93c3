-- A string over several lines is where it ends, a function where its parameters start.
print(pcall(function() undefined "a\z
  b" end)) -- expect: false	lines_of_long_tokens.lua:3: attempt to call a nil value (global 'undefined')
print(pcall(function() undefined [[a

b]] end)) -- expect: false	lines_of_long_tokens.lua:6: attempt to call a nil value (global 'undefined')
print(load("local function\nf() return 1\n", "=c")) -- expect: nil	c:3: 'end' expected (to close 'function' at line 2) near <eof>
print(load("x = function\n\n()\n", "=c")) -- expect: nil	c:4: 'end' expected (to close 'function' at line 3) near <eof>
print(load("function\nf\n()\n", "=c")) -- expect: nil	c:4: 'end' expected (to close 'function' at line 1) near <eof>
