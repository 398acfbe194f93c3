local function show(code)
  local visible = code:gsub("[^ -~]", function(c) return "\\" .. c:byte() end)
  print(visible, (select(2, load(code, "=c"))))
end
for _, code in ipairs {
  "if x then else elseif y then end", "else", "end", "until x", "elseif", "then", "for i, 2 = 1 do end",
  "for i = 1, 2, 3, 4 do end", "for i in pairs(t) print(i) end", "while x then end", "if x do end",
  "repeat until", "function () end", "local function t.f() end", "return 1,", "break 5", "do return end end",
  "local x, = 1", "local x = 1,", "f(,)", "f(1,)", "a.b.", "a..b", "not x", "#x", "-x", "x.y z",
  "local <const> x = 1", "goto a b", "::a", "function f(a,) end", "function f(...) end end",
} do
  show(code)
end
-- expect: if x then else elseif y then end	c:1: 'end' expected near 'elseif'
-- expect: else	c:1: <eof> expected near 'else'
-- expect: end	c:1: <eof> expected near 'end'
-- expect: until x	c:1: <eof> expected near 'until'
-- expect: elseif	c:1: <eof> expected near 'elseif'
-- expect: then	c:1: unexpected symbol near 'then'
-- expect: for i, 2 = 1 do end	c:1: <name> expected near '2'
-- expect: for i = 1, 2, 3, 4 do end	c:1: 'do' expected near ','
-- expect: for i in pairs(t) print(i) end	c:1: 'do' expected near 'print'
-- expect: while x then end	c:1: 'do' expected near 'then'
-- expect: if x do end	c:1: 'then' expected near 'do'
-- expect: repeat until	c:1: unexpected symbol near <eof>
-- expect: function () end	c:1: <name> expected near '('
-- expect: local function t.f() end	c:1: '(' expected near '.'
-- expect: return 1,	c:1: unexpected symbol near <eof>
-- expect: break 5	c:1: unexpected symbol near '5'
-- expect: do return end end	c:1: <eof> expected near 'end'
-- expect: local x, = 1	c:1: <name> expected near '='
-- expect: local x = 1,	c:1: unexpected symbol near <eof>
-- expect: f(,)	c:1: unexpected symbol near ','
-- expect: f(1,)	c:1: unexpected symbol near ')'
-- expect: a.b.	c:1: <name> expected near <eof>
-- expect: a..b	c:1: syntax error near '..'
-- expect: not x	c:1: unexpected symbol near 'not'
-- expect: #x	c:1: unexpected symbol near '#'
-- expect: -x	c:1: unexpected symbol near '-'
-- expect: x.y z	c:1: syntax error near 'z'
-- expect: local <const> x = 1	c:1: <name> expected near '<'
-- expect: goto a b	c:1: syntax error near <eof>
-- expect: ::a	c:1: '::' expected near <eof>
-- expect: function f(a,) end	c:1: <name> or '...' expected near ')'
-- expect: function f(...) end end	c:1: <eof> expected near 'end'
