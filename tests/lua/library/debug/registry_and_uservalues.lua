print(type(debug.getregistry())) -- expect: table
print(debug.getuservalue(1)) -- expect: nil
print(debug.getuservalue(io.stdout, 1)) -- expect: nil
print(pcall(debug.setuservalue, 1, 2)) -- expect: false	bad argument #1 to 'debug.setuservalue' (userdata expected, got number)
print(debug.setcstacklimit(100)) -- expect: 200
