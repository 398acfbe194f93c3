-- The message names the line that opened the block.
local function show(code)
  local visible = code:gsub("[^ -~]", function(c) return "\\" .. c:byte() end)
  print(visible, (select(2, load(code, "=c"))))
end
for _, code in ipairs {
  "if x then\n\nfoo()", "while x do\n\n\nbar()", "function f()\nif x then\nend", "for i = 1, 2 do\n\nx = 1",
  "do\n\n", "repeat\nx = 1\n", "f(\n1,\n2", "x = {\n1,\n2", "x = (\n1", "local t = t[\n1",
  "function f(\na\n,b\nx = 1",
} do
  show(code)
end
-- expect: if x then\10\10foo()	c:3: 'end' expected (to close 'if' at line 1) near <eof>
-- expect: while x do\10\10\10bar()	c:4: 'end' expected (to close 'while' at line 1) near <eof>
-- expect: function f()\10if x then\10end	c:3: 'end' expected (to close 'function' at line 1) near <eof>
-- expect: for i = 1, 2 do\10\10x = 1	c:3: 'end' expected (to close 'for' at line 1) near <eof>
-- expect: do\10\10	c:3: 'end' expected (to close 'do' at line 1) near <eof>
-- expect: repeat\10x = 1\10	c:3: 'until' expected (to close 'repeat' at line 1) near <eof>
-- expect: f(\101,\102	c:3: ')' expected (to close '(' at line 1) near <eof>
-- expect: x = {\101,\102	c:3: '}' expected (to close '{' at line 1) near <eof>
-- expect: x = (\101	c:2: ')' expected (to close '(' at line 1) near <eof>
-- expect: local t = t[\101	c:2: ']' expected near <eof>
-- expect: function f(\10a\10,b\10x = 1	c:4: ')' expected near 'x'
