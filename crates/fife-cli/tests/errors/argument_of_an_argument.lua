string.gsub("abc", ".", string.rep)
