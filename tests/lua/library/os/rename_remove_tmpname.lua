local a, b = os.tmpname(), os.tmpname() .. ".renamed"
print(type(a), a ~= os.tmpname(), io.open(a) ~= nil) -- expect: string	true	true
print(os.rename(a, b), io.open(a), os.remove(b)) -- expect: true	nil	true
print((select(2, os.remove("/nonexistent/x")))) -- expect: /nonexistent/x: No such file or directory
print(select("#", os.remove("/nonexistent/x")), select(3, os.remove("/nonexistent/x"))) -- expect: 3	2
print((select(2, os.rename("/nonexistent/x", "/nonexistent/y")))) -- expect: No such file or directory
print(pcall(os.remove)) -- expect: false	bad argument #1 to 'os.remove' (string expected, got no value)
print(pcall(os.rename, "x")) -- expect: false	bad argument #2 to 'os.rename' (string expected, got no value)
