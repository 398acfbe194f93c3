-- The message names the line that opened the block.
for _, code in ipairs {
  "if x then\n\nfoo()", "while x do\n\n\nbar()", "function f()\nif x then\nend", "for i = 1, 2 do\n\nx = 1", "do\n\n", "repeat\nx = 1\n", "f(\n1,\n2", "x = {\n1,\n2", "x = (\n1", "local t = t[\n1", "function f(\na\n,b\nx = 1",
} do print((select(2, load(code, "=c")))) end
-- expect: c:3: 'end' expected (to close 'if' at line 1) near <eof>
-- expect: c:4: 'end' expected (to close 'while' at line 1) near <eof>
-- expect: c:3: 'end' expected (to close 'function' at line 1) near <eof>
-- expect: c:3: 'end' expected (to close 'for' at line 1) near <eof>
-- expect: c:3: 'end' expected (to close 'do' at line 1) near <eof>
-- expect: c:3: 'until' expected (to close 'repeat' at line 1) near <eof>
-- expect: c:3: ')' expected (to close '(' at line 1) near <eof>
-- expect: c:3: '}' expected (to close '{' at line 1) near <eof>
-- expect: c:2: ')' expected (to close '(' at line 1) near <eof>
-- expect: c:2: ']' expected near <eof>
-- expect: c:4: ')' expected near 'x'
