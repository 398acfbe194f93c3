local file = io.stdout
file.write("x")
string.rep()
