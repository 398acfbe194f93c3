print(os.setlocale(nil, "all"), os.setlocale("C"), os.setlocale(nil), os.setlocale("no such locale"), os.setlocale("", "numeric") ~= false, os.setlocale("C", "collate")) print(pcall(os.setlocale, "C", "bad")) print(pcall(os.setlocale, {}))
-- expect: C	C	C	nil	true	C
-- expect: false	bad argument #2 to 'os.setlocale' (invalid option 'bad')
-- expect: false	bad argument #1 to 'os.setlocale' (string expected, got table)
