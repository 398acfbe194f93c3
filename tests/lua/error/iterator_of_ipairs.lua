-- The iterators of `ipairs` and `utf8.codes` have no name of their own.
print(pcall((ipairs({})))) -- expect: false	bad argument #2 to '?' (number expected, got no value)
print(pcall((utf8.codes("")))) -- expect: false	bad argument #1 to '?' (string expected, got no value)
print(select(2, xpcall((ipairs({})), debug.traceback)):match("%[C%]: in [^\n]*")) -- expect: [C]: in ?
print(select(2, xpcall((utf8.codes("")), debug.traceback)):match("%[C%]: in [^\n]*")) -- expect: [C]: in ?
