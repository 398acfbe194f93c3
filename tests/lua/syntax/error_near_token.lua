-- What "near" quotes.
local function show(code)
  local visible = code:gsub("[^ -~]", function(c) return "\\" .. c:byte() end)
  print(visible, (select(2, load(code, "=c"))))
end
for _, code in ipairs {
  "x = = 'str'", "x y", "x 'str'\n y", "x = 1 'str'", "x = 1 12.50", "x = 1 0xFF", "x = y z", "x = 1 ...",
  "x = 1 >= <=", "x = 1 == 2 ==", "x = y :: z", "x ~= 1", "x // 2", "x = 1 end", "x = 1 \1", "x = 1 \127",
  "x = 1 \200", "for x do", "and", "x = [[long]] [[string]]", "x <<= 1",
} do
  show(code)
end
-- expect: x = = 'str'	c:1: unexpected symbol near '='
-- expect: x y	c:1: syntax error near 'y'
-- expect: x 'str'\10 y	c:2: syntax error near <eof>
-- expect: x = 1 'str'	c:1: unexpected symbol near ''str''
-- expect: x = 1 12.50	c:1: unexpected symbol near '12.50'
-- expect: x = 1 0xFF	c:1: unexpected symbol near '0xFF'
-- expect: x = y z	c:1: syntax error near <eof>
-- expect: x = 1 ...	c:1: unexpected symbol near '...'
-- expect: x = 1 >= <=	c:1: unexpected symbol near '<='
-- expect: x = 1 == 2 ==	c:1: unexpected symbol near <eof>
-- expect: x = y :: z	c:1: '::' expected near <eof>
-- expect: x ~= 1	c:1: syntax error near '~='
-- expect: x // 2	c:1: syntax error near '//'
-- expect: x = 1 end	c:1: <eof> expected near 'end'
-- expect: x = 1 \1	c:1: unexpected symbol near '<\1>'
-- expect: x = 1 \127	c:1: unexpected symbol near '<\127>'
-- expect: x = 1 \200	c:1: unexpected symbol near '<\200>'
-- expect: for x do	c:1: '=' or 'in' expected near 'do'
-- expect: and	c:1: unexpected symbol near 'and'
-- expect: x = [[long]] [[string]]	c:1: unexpected symbol near '[[string]]'
-- expect: x <<= 1	c:1: syntax error near '<<'
