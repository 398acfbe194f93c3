print(pcall(string.find, "x", ("()"):rep(33))) -- expect: false	too many captures
print(select("#", string.find("x", ("()"):rep(32)))) -- expect: 34
print(pcall(string.gsub, "x", ("(x?)"):rep(33), "")) -- expect: false	too many captures
