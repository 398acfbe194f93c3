local function show(code)
  local visible = code:gsub("[^ -~]", function(c) return "\\" .. c:byte() end)
  print(visible, (select(2, load(code, "=c"))))
end
for _, code in ipairs {
  "\n\nx = = 1", "x = [[\n\n]] = 1", "x = 'a\\\nb' = 1", "--[[\n\n\n]] x = = 1", "x = 1\n\n\n",
  "if x then\n\n\n", "local a = {\n1,\n2,\n= 3\n}", "x = 'a\\z\n\n\n b' = 1",
} do
  show(code)
end
-- expect: \10\10x = = 1	c:3: unexpected symbol near '='
-- expect: x = [[\10\10]] = 1	c:3: unexpected symbol near '='
-- expect: x = 'a\\10b' = 1	c:2: unexpected symbol near '='
-- expect: --[[\10\10\10]] x = = 1	c:4: unexpected symbol near '='
-- expect: x = 1\10\10\10	nil
-- expect: if x then\10\10\10	c:4: 'end' expected (to close 'if' at line 1) near <eof>
-- expect: local a = {\101,\102,\10= 3\10}	c:4: unexpected symbol near '='
-- expect: x = 'a\z\10\10\10 b' = 1	c:4: unexpected symbol near '='
