local function show(code)
  local visible = code:gsub("[^ -~]", function(c) return "\\" .. c:byte() end)
  print(visible, (select(2, load(code, "=c"))))
end
for _, code in ipairs {
  "for i in", "for i", "for i = 1", "for i = 1, 2", "for 1 = 1, 2 do end", "if x", "if x then", "while x",
  "while x do", "repeat", "do",
  "function", "function f", "function f(", "function f(a,", "function f(1)", "function f(a b)",
  "function f()", "function f.1()", "function f:a.b() end",
  "local function", "local function 1", "local 1", "local x <", "local x <const", "goto", "goto 1", "::", "::a", "::a:",
  "x.1 = 2", "x[1 = 2", "x[", "x:", "x:y", "x.", "t = {", "t = {1", "t = {[1]}", "t = {[1}", "(x", "(x = 1",
  "x, y", "x, 1 = 2", "f() = 1", "(x) = 1, y", "x", "x.y", "f(1", "f{1", "break x",
} do
  show(code)
end
-- expect: for i in	c:1: unexpected symbol near <eof>
-- expect: for i	c:1: '=' or 'in' expected near <eof>
-- expect: for i = 1	c:1: ',' expected near <eof>
-- expect: for i = 1, 2	c:1: 'do' expected near <eof>
-- expect: for 1 = 1, 2 do end	c:1: <name> expected near '1'
-- expect: if x	c:1: 'then' expected near <eof>
-- expect: if x then	c:1: 'end' expected near <eof>
-- expect: while x	c:1: 'do' expected near <eof>
-- expect: while x do	c:1: 'end' expected near <eof>
-- expect: repeat	c:1: 'until' expected near <eof>
-- expect: do	c:1: 'end' expected near <eof>
-- expect: function	c:1: <name> expected near <eof>
-- expect: function f	c:1: '(' expected near <eof>
-- expect: function f(	c:1: <name> or '...' expected near <eof>
-- expect: function f(a,	c:1: <name> or '...' expected near <eof>
-- expect: function f(1)	c:1: <name> or '...' expected near '1'
-- expect: function f(a b)	c:1: ')' expected near 'b'
-- expect: function f()	c:1: 'end' expected near <eof>
-- expect: function f.1()	c:1: '(' expected near '.1'
-- expect: function f:a.b() end	c:1: '(' expected near '.'
-- expect: local function	c:1: <name> expected near <eof>
-- expect: local function 1	c:1: <name> expected near '1'
-- expect: local 1	c:1: <name> expected near '1'
-- expect: local x <	c:1: <name> expected near <eof>
-- expect: local x <const	c:1: '>' expected near <eof>
-- expect: goto	c:1: <name> expected near <eof>
-- expect: goto 1	c:1: <name> expected near '1'
-- expect: ::	c:1: <name> expected near <eof>
-- expect: ::a	c:1: '::' expected near <eof>
-- expect: ::a:	c:1: '::' expected near ':'
-- expect: x.1 = 2	c:1: syntax error near '.1'
-- expect: x[1 = 2	c:1: ']' expected near '='
-- expect: x[	c:1: unexpected symbol near <eof>
-- expect: x:	c:1: <name> expected near <eof>
-- expect: x:y	c:1: function arguments expected near <eof>
-- expect: x.	c:1: <name> expected near <eof>
-- expect: t = {	c:1: unexpected symbol near <eof>
-- expect: t = {1	c:1: '}' expected near <eof>
-- expect: t = {[1]}	c:1: '=' expected near '}'
-- expect: t = {[1}	c:1: ']' expected near '}'
-- expect: (x	c:1: ')' expected near <eof>
-- expect: (x = 1	c:1: ')' expected near '='
-- expect: x, y	c:1: '=' expected near <eof>
-- expect: x, 1 = 2	c:1: unexpected symbol near '1'
-- expect: f() = 1	c:1: syntax error near '='
-- expect: (x) = 1, y	c:1: syntax error near '='
-- expect: x	c:1: syntax error near <eof>
-- expect: x.y	c:1: syntax error near <eof>
-- expect: f(1	c:1: ')' expected near <eof>
-- expect: f{1	c:1: '}' expected near <eof>
-- expect: break x	c:1: syntax error near <eof>
