for _, code in ipairs {
  "\n\nx = = 1", "x = [[\n\n]] = 1", "x = 'a\\\nb' = 1", "--[[\n\n\n]] x = = 1", "x = 1\n\n\n", "if x then\n\n\n", "local a = {\n1,\n2,\n= 3\n}", "x = 'a\\z\n\n\n b' = 1",
} do print((select(2, load(code, "=c")))) end
-- expect: c:3: unexpected symbol near '='
-- expect: c:3: unexpected symbol near '='
-- expect: c:2: unexpected symbol near '='
-- expect: c:4: unexpected symbol near '='
-- expect: nil
-- expect: c:4: 'end' expected (to close 'if' at line 1) near <eof>
-- expect: c:4: unexpected symbol near '='
-- expect: c:4: unexpected symbol near '='
