-- A pattern that backtracks, on a small subject.
print((("a"):rep(12)):find(("a*"):rep(4) .. "b")) -- expect: nil
print((("a"):rep(20)):match(".-.-.-b")) -- expect: nil
