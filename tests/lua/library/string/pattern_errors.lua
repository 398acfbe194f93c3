for _, p in ipairs {
  "[a", "[", "%", "a%", "[%", "[^", "(", "(a", "a)", ")", "%b", "%bx", "%f", "%fx", "%1", "(()", "[a-",
  "%f[", "((a)", "[]", "[^]",
} do
  print(p, pcall(string.find, "abc", p))
  -- expect: [a	false	malformed pattern (missing ']')
  -- expect: [	false	malformed pattern (missing ']')
  -- expect: %	false	malformed pattern (ends with '%')
  -- expect: a%	false	malformed pattern (ends with '%')
  -- expect: [%	false	malformed pattern (missing ']')
  -- expect: [^	false	malformed pattern (missing ']')
  -- expect: (	false	unfinished capture
  -- expect: (a	false	unfinished capture
  -- expect: a)	true	nil
  -- expect: )	true	nil
  -- expect: %b	false	malformed pattern (missing arguments to '%b')
  -- expect: %bx	false	malformed pattern (missing arguments to '%b')
  -- expect: %f	false	missing '[' after '%f' in pattern
  -- expect: %fx	false	missing '[' after '%f' in pattern
  -- expect: %1	false	invalid capture index %1
  -- expect: (()	false	unfinished capture
  -- expect: [a-	false	malformed pattern (missing ']')
  -- expect: %f[	false	malformed pattern (missing ']')
  -- expect: ((a)	false	unfinished capture
  -- expect: []	false	malformed pattern (missing ']')
  -- expect: [^]	false	malformed pattern (missing ']')
end
print(pcall(string.gsub, "abc", "(", "x")) -- expect: true	xaxbxcx	4
print(pcall(string.gmatch("abc", "[a"))) -- expect: false	malformed pattern (missing ']')
print(pcall(string.match, "abc", "%")) -- expect: false	malformed pattern (ends with '%')
print(pcall(string.gsub, "x", "x", "%2")) -- expect: false	invalid capture index %2
print(pcall(string.gsub, "x", "x", "%")) -- expect: false	invalid use of '%' in replacement string
print(pcall(string.gsub, "x", "x", "%a")) -- expect: false	invalid use of '%' in replacement string
print(pcall(string.gsub, "x", "(x)", "%2")) -- expect: false	invalid capture index %2
print(pcall(string.rep, "%")) -- expect: false	bad argument #2 to 'string.rep' (number expected, got no value)
