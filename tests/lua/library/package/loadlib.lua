local f, message, where = package.loadlib("./no_such_library.so", "*")
print(f, type(message), type(where)) -- expect: nil	string	string
