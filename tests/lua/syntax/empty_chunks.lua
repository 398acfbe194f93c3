print(load("")(), load("-- comment")(), load("\n\n")(), load(";")())
-- expect: nil	nil	nil
print(load("#not skipped here")) -- expect: nil	[string "#not skipped here"]:1: unexpected symbol near '#'
