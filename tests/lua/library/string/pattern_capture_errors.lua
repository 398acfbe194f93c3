print(pcall(string.find, "abc", "%a)")) -- expect: false	invalid pattern capture
print(pcall(string.find, "abc", "a*)")) -- expect: false	invalid pattern capture
print(pcall(string.match, "abc", "(a))")) -- expect: false	invalid pattern capture
print(pcall(string.gsub, "abc", ".)", "x")) -- expect: false	invalid pattern capture
print(pcall(string.find, "abc", "%9")) -- expect: false	invalid capture index %9
print(pcall(string.find, "abc", "(a)(b)%3")) -- expect: false	invalid capture index %3
print(pcall(string.find, "aa", "(a%1)")) -- expect: false	invalid capture index %1
print(pcall(string.gsub, "abc", "a", "%9")) -- expect: false	invalid capture index %9
