print(pcall(string.find, "abc", "%a)")) print(pcall(string.find, "abc", "a*)")) print(pcall(string.match, "abc", "(a))")) print(pcall(string.gsub, "abc", ".)", "x"))
-- expect: false	invalid pattern capture
-- expect: false	invalid pattern capture
-- expect: false	invalid pattern capture
-- expect: false	invalid pattern capture
print(pcall(string.find, "abc", "%9")) print(pcall(string.find, "abc", "(a)(b)%3")) print(pcall(string.find, "aa", "(a%1)")) print(pcall(string.gsub, "abc", "a", "%9"))
-- expect: false	invalid capture index %9
-- expect: false	invalid capture index %3
-- expect: false	invalid capture index %1
-- expect: false	invalid capture index %9
