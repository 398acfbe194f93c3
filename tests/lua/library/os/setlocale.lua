print(os.setlocale(nil, "all"), os.setlocale("C"), os.setlocale(nil)) -- expect: C	C	C
print(os.setlocale("no such locale"), os.setlocale("", "numeric") ~= false) -- expect: nil	true
print(os.setlocale("C", "collate")) -- expect: C
print(pcall(os.setlocale, "C", "bad")) -- expect: false	bad argument #2 to 'os.setlocale' (invalid option 'bad')
print(pcall(os.setlocale, {})) -- expect: false	bad argument #1 to 'os.setlocale' (string expected, got table)
