local function show(code)
  local visible = code:gsub("[^ -~]", function(c) return "\\" .. c:byte() end)
  print(visible, (select(2, load(code, "=c"))))
end
for _, code in ipairs {
  "return (1", "return 1)", "return {1", "return [1]", "return a[", "return a[1", "return a[]", "return a.1",
  "return 1 2", "return + 1", "return * 1", "return 1 +* 2", "return not", "return a b", "return {a=}",
  "return {[1]}", "return {[1]=}", "return {=1}", "return {,}", "return {1;;2}", "return function",
  "return function(", "return function() ", "return a:", "return a:b", "return a:1()", "return ...,",
  "return 'a' .. ", "return a == = b", "return a ~ = b", "return a !=b", "return a && b", "return a ? b : c",
  "return a++", "return @a",
} do
  show(code)
end
-- expect: return (1	c:1: ')' expected near <eof>
-- expect: return 1)	c:1: <eof> expected near ')'
-- expect: return {1	c:1: '}' expected near <eof>
-- expect: return [1]	c:1: unexpected symbol near '['
-- expect: return a[	c:1: unexpected symbol near <eof>
-- expect: return a[1	c:1: ']' expected near <eof>
-- expect: return a[]	c:1: unexpected symbol near ']'
-- expect: return a.1	c:1: <eof> expected near '.1'
-- expect: return 1 2	c:1: <eof> expected near '2'
-- expect: return + 1	c:1: unexpected symbol near '+'
-- expect: return * 1	c:1: unexpected symbol near '*'
-- expect: return 1 +* 2	c:1: unexpected symbol near '*'
-- expect: return not	c:1: unexpected symbol near <eof>
-- expect: return a b	c:1: <eof> expected near 'b'
-- expect: return {a=}	c:1: unexpected symbol near '}'
-- expect: return {[1]}	c:1: '=' expected near '}'
-- expect: return {[1]=}	c:1: unexpected symbol near '}'
-- expect: return {=1}	c:1: unexpected symbol near '='
-- expect: return {,}	c:1: unexpected symbol near ','
-- expect: return {1;;2}	c:1: unexpected symbol near ';'
-- expect: return function	c:1: '(' expected near <eof>
-- expect: return function(	c:1: <name> or '...' expected near <eof>
-- expect: return function() 	c:1: 'end' expected near <eof>
-- expect: return a:	c:1: <name> expected near <eof>
-- expect: return a:b	c:1: function arguments expected near <eof>
-- expect: return a:1()	c:1: <name> expected near '1'
-- expect: return ...,	c:1: unexpected symbol near <eof>
-- expect: return 'a' .. 	c:1: unexpected symbol near <eof>
-- expect: return a == = b	c:1: unexpected symbol near '='
-- expect: return a ~ = b	c:1: unexpected symbol near '='
-- expect: return a !=b	c:1: <eof> expected near '!'
-- expect: return a && b	c:1: unexpected symbol near '&'
-- expect: return a ? b : c	c:1: <eof> expected near '?'
-- expect: return a++	c:1: unexpected symbol near '+'
-- expect: return @a	c:1: unexpected symbol near '@'
