for _, code in ipairs {
  "x =", "= 1", "x = = 1", "local = 1", "print(", "print(1,", "x = )", "return return", "x = 1 +", "x = * 2",
  "for = 1", "f(;", "x = {1,,2}", "if then end", "while do end", "x = #", "x = not", "a.b:c = 1", "1 = x", "x = }",
  "x = 'a' 'b'", "?", "x = @", "a ! b", "x = ~", "$", "`", "x = \\",
} do print((select(2, load(code, "=c")))) end
-- expect: c:1: unexpected symbol near <eof>
-- expect: c:1: unexpected symbol near '='
-- expect: c:1: unexpected symbol near '='
-- expect: c:1: <name> expected near '='
-- expect: c:1: unexpected symbol near <eof>
-- expect: c:1: unexpected symbol near <eof>
-- expect: c:1: unexpected symbol near ')'
-- expect: c:1: unexpected symbol near 'return'
-- expect: c:1: unexpected symbol near <eof>
-- expect: c:1: unexpected symbol near '*'
-- expect: c:1: <name> expected near '='
-- expect: c:1: unexpected symbol near ';'
-- expect: c:1: unexpected symbol near ','
-- expect: c:1: unexpected symbol near 'then'
-- expect: c:1: unexpected symbol near 'do'
-- expect: c:1: unexpected symbol near <eof>
-- expect: c:1: unexpected symbol near <eof>
-- expect: c:1: function arguments expected near '='
-- expect: c:1: unexpected symbol near '1'
-- expect: c:1: unexpected symbol near '}'
-- expect: c:1: unexpected symbol near ''b''
-- expect: c:1: unexpected symbol near '?'
-- expect: c:1: unexpected symbol near '@'
-- expect: c:1: syntax error near '!'
-- expect: c:1: unexpected symbol near <eof>
-- expect: c:1: unexpected symbol near '$'
-- expect: c:1: unexpected symbol near '`'
-- expect: c:1: unexpected symbol near '\'
