for _, f in ipairs {
  "%y", "%", "%5", "%-", "%123d", "%.123f", "%#s", "%0s", "% s", "%+s", "%+c", "%.3c", "%#d", "%#i", "%+x",
  "% x", "%.5p", "%ll", "%h", "%n", "%*d", "%.", "%0-+ #d", "%0-+ #0-+ #d", "%b", "%S", "%D",
} do
  print(f, pcall(string.format, f, 1))
  -- expect: %y	false	invalid conversion '%y' to 'format'
  -- expect: %	false	invalid conversion '%' to 'format'
  -- expect: %5	false	invalid conversion '%5' to 'format'
  -- expect: %-	false	invalid conversion '%-' to 'format'
  -- expect: %123d	false	invalid conversion specification: '%123d'
  -- expect: %.123f	false	invalid conversion specification: '%.123f'
  -- expect: %#s	false	invalid conversion specification: '%#s'
  -- expect: %0s	false	invalid conversion specification: '%0s'
  -- expect: % s	false	invalid conversion specification: '% s'
  -- expect: %+s	false	invalid conversion specification: '%+s'
  -- expect: %+c	false	invalid conversion specification: '%+c'
  -- expect: %.3c	false	invalid conversion specification: '%.3c'
  -- expect: %#d	false	invalid conversion specification: '%#d'
  -- expect: %#i	false	invalid conversion specification: '%#i'
  -- expect: %+x	false	invalid conversion specification: '%+x'
  -- expect: % x	false	invalid conversion specification: '% x'
  -- expect: %.5p	false	invalid conversion specification: '%.5p'
  -- expect: %ll	false	invalid conversion '%l' to 'format'
  -- expect: %h	false	invalid conversion '%h' to 'format'
  -- expect: %n	false	invalid conversion '%n' to 'format'
  -- expect: %*d	false	invalid conversion '%*' to 'format'
  -- expect: %.	false	invalid conversion '%.' to 'format'
  -- expect: %0-+ #d	false	invalid conversion specification: '%0-+ #d'
  -- expect: %0-+ #0-+ #d	false	invalid conversion specification: '%0-+ #0-+ #d'
  -- expect: %b	false	invalid conversion '%b' to 'format'
  -- expect: %S	false	invalid conversion '%S' to 'format'
  -- expect: %D	false	invalid conversion '%D' to 'format'
end
print(pcall(string.format, "%d", 1.5)) -- expect: false	bad argument #2 to 'string.format' (number has no integer representation)
print(pcall(string.format, "%d", "1.5")) -- expect: false	bad argument #2 to 'string.format' (number has no integer representation)
print(pcall(string.format, "%d", "x")) -- expect: false	bad argument #2 to 'string.format' (number expected, got string)
print(pcall(string.format, "%d", {})) -- expect: false	bad argument #2 to 'string.format' (number expected, got table)
print(pcall(string.format, "%d")) -- expect: false	bad argument #2 to 'string.format' (no value)
print(pcall(string.format, "%s")) -- expect: false	bad argument #2 to 'string.format' (no value)
print(pcall(string.format)) -- expect: false	bad argument #1 to 'string.format' (string expected, got no value)
print(pcall(string.format, "%c", "x")) -- expect: false	bad argument #2 to 'string.format' (number expected, got string)
print(pcall(string.format, "%x", 2^63)) -- expect: false	bad argument #2 to 'string.format' (number has no integer representation)
print(pcall(string.format, "%f", "x")) -- expect: false	bad argument #2 to 'string.format' (number expected, got string)
print(pcall(string.format, "%d %d", 1)) -- expect: false	bad argument #3 to 'string.format' (no value)
print(string.format("%d", "10"), string.format("%d", 3.0), string.format("%x", "255")) -- expect: 10	3	ff
print(string.format("%f", "1.5"), string.format("%c", "65")) -- expect: 1.500000	A
