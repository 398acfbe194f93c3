local function show(code)
  local visible = code:gsub("[^ -~]", function(c) return "\\" .. c:byte() end)
  print(visible, (select(2, load(code, "=c"))))
end
for _, code in ipairs {
  "x =", "= 1", "x = = 1", "local = 1", "print(", "print(1,", "x = )", "return return", "x = 1 +", "x = * 2",
  "for = 1", "f(;", "x = {1,,2}", "if then end", "while do end", "x = #", "x = not", "a.b:c = 1", "1 = x", "x = }",
  "x = 'a' 'b'", "?", "x = @", "a ! b", "x = ~", "$", "`", "x = \\",
} do
  show(code)
end
-- expect: x =	c:1: unexpected symbol near <eof>
-- expect: = 1	c:1: unexpected symbol near '='
-- expect: x = = 1	c:1: unexpected symbol near '='
-- expect: local = 1	c:1: <name> expected near '='
-- expect: print(	c:1: unexpected symbol near <eof>
-- expect: print(1,	c:1: unexpected symbol near <eof>
-- expect: x = )	c:1: unexpected symbol near ')'
-- expect: return return	c:1: unexpected symbol near 'return'
-- expect: x = 1 +	c:1: unexpected symbol near <eof>
-- expect: x = * 2	c:1: unexpected symbol near '*'
-- expect: for = 1	c:1: <name> expected near '='
-- expect: f(;	c:1: unexpected symbol near ';'
-- expect: x = {1,,2}	c:1: unexpected symbol near ','
-- expect: if then end	c:1: unexpected symbol near 'then'
-- expect: while do end	c:1: unexpected symbol near 'do'
-- expect: x = #	c:1: unexpected symbol near <eof>
-- expect: x = not	c:1: unexpected symbol near <eof>
-- expect: a.b:c = 1	c:1: function arguments expected near '='
-- expect: 1 = x	c:1: unexpected symbol near '1'
-- expect: x = }	c:1: unexpected symbol near '}'
-- expect: x = 'a' 'b'	c:1: unexpected symbol near ''b''
-- expect: ?	c:1: unexpected symbol near '?'
-- expect: x = @	c:1: unexpected symbol near '@'
-- expect: a ! b	c:1: syntax error near '!'
-- expect: x = ~	c:1: unexpected symbol near <eof>
-- expect: $	c:1: unexpected symbol near '$'
-- expect: `	c:1: unexpected symbol near '`'
-- expect: x = \	c:1: unexpected symbol near '\'
