for _, code in ipairs {
  "for i in", "for i", "for i = 1", "for i = 1, 2", "for 1 = 1, 2 do end", "if x", "if x then", "while x", "while x do", "repeat", "do",
  "function", "function f", "function f(", "function f(a,", "function f(1)", "function f(a b)", "function f()", "function f.1()", "function f:a.b() end",
  "local function", "local function 1", "local 1", "local x <", "local x <const", "goto", "goto 1", "::", "::a", "::a:",
  "x.1 = 2", "x[1 = 2", "x[", "x:", "x:y", "x.", "t = {", "t = {1", "t = {[1]}", "t = {[1}", "(x", "(x = 1", "x, y", "x, 1 = 2", "f() = 1", "(x) = 1, y", "x", "x.y", "f(1", "f{1", "break x",
} do print((select(2, load(code, "=c")))) end
-- expect: c:1: unexpected symbol near <eof>
-- expect: c:1: '=' or 'in' expected near <eof>
-- expect: c:1: ',' expected near <eof>
-- expect: c:1: 'do' expected near <eof>
-- expect: c:1: <name> expected near '1'
-- expect: c:1: 'then' expected near <eof>
-- expect: c:1: 'end' expected near <eof>
-- expect: c:1: 'do' expected near <eof>
-- expect: c:1: 'end' expected near <eof>
-- expect: c:1: 'until' expected near <eof>
-- expect: c:1: 'end' expected near <eof>
-- expect: c:1: <name> expected near <eof>
-- expect: c:1: '(' expected near <eof>
-- expect: c:1: <name> or '...' expected near <eof>
-- expect: c:1: <name> or '...' expected near <eof>
-- expect: c:1: <name> or '...' expected near '1'
-- expect: c:1: ')' expected near 'b'
-- expect: c:1: 'end' expected near <eof>
-- expect: c:1: '(' expected near '.1'
-- expect: c:1: '(' expected near '.'
-- expect: c:1: <name> expected near <eof>
-- expect: c:1: <name> expected near '1'
-- expect: c:1: <name> expected near '1'
-- expect: c:1: <name> expected near <eof>
-- expect: c:1: '>' expected near <eof>
-- expect: c:1: <name> expected near <eof>
-- expect: c:1: <name> expected near '1'
-- expect: c:1: <name> expected near <eof>
-- expect: c:1: '::' expected near <eof>
-- expect: c:1: '::' expected near ':'
-- expect: c:1: syntax error near '.1'
-- expect: c:1: ']' expected near '='
-- expect: c:1: unexpected symbol near <eof>
-- expect: c:1: <name> expected near <eof>
-- expect: c:1: function arguments expected near <eof>
-- expect: c:1: <name> expected near <eof>
-- expect: c:1: unexpected symbol near <eof>
-- expect: c:1: '}' expected near <eof>
-- expect: c:1: '=' expected near '}'
-- expect: c:1: ']' expected near '}'
-- expect: c:1: ')' expected near <eof>
-- expect: c:1: ')' expected near '='
-- expect: c:1: '=' expected near <eof>
-- expect: c:1: unexpected symbol near '1'
-- expect: c:1: syntax error near '='
-- expect: c:1: syntax error near '='
-- expect: c:1: syntax error near <eof>
-- expect: c:1: syntax error near <eof>
-- expect: c:1: ')' expected near <eof>
-- expect: c:1: '}' expected near <eof>
-- expect: c:1: syntax error near <eof>
