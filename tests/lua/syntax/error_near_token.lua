-- What "near" quotes.
for _, code in ipairs {
  "x = = 'str'", "x y", "x 'str'\n y", "x = 1 'str'", "x = 1 12.50", "x = 1 0xFF", "x = y z", "x = 1 ...", "x = 1 >= <=", "x = 1 == 2 ==", "x = y :: z", "x ~= 1", "x // 2", "x = 1 end", "x = 1 \1", "x = 1 \127", "x = 1 \200", "for x do", "and", "x = [[long]] [[string]]", "x <<= 1",
} do print((select(2, load(code, "=c")))) end
-- expect: c:1: unexpected symbol near '='
-- expect: c:1: syntax error near 'y'
-- expect: c:2: syntax error near <eof>
-- expect: c:1: unexpected symbol near ''str''
-- expect: c:1: unexpected symbol near '12.50'
-- expect: c:1: unexpected symbol near '0xFF'
-- expect: c:1: syntax error near <eof>
-- expect: c:1: unexpected symbol near '...'
-- expect: c:1: unexpected symbol near '<='
-- expect: c:1: unexpected symbol near <eof>
-- expect: c:1: '::' expected near <eof>
-- expect: c:1: syntax error near '~='
-- expect: c:1: syntax error near '//'
-- expect: c:1: <eof> expected near 'end'
-- expect: c:1: unexpected symbol near '<\1>'
-- expect: c:1: unexpected symbol near '<\127>'
-- expect: c:1: unexpected symbol near '<\200>'
-- expect: c:1: '=' or 'in' expected near 'do'
-- expect: c:1: unexpected symbol near 'and'
-- expect: c:1: unexpected symbol near '[[string]]'
-- expect: c:1: syntax error near '<<'
