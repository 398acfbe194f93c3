local function show(code)
  local visible = code:gsub("[^ -~]", function(c) return "\\" .. c:byte() end)
  print(visible, (select(2, load(code, "=c"))))
end
local t = {}
local function f() return t end
f().x = 1
f()["y"], f()[1] = 2, 3
t.n = { {} }
t.n[1].deep = "deep"
;(f()).z = 4
print(t.x, t.y, t[1], t.n[1].deep, t.z) -- expect: 1	2	3	deep	4
for _, code in ipairs {
  "f() = 1", "f().x() = 1", "(a) = 1", "a + b = 1", "'s' = 1", "a, f() = 1, 2", "a, b += 1", "nil = 1",
  "... = 1", "a.b:c = 1", "local a.b = 1",
} do
  show(code)
end
-- expect: f() = 1	c:1: syntax error near '='
-- expect: f().x() = 1	c:1: syntax error near '='
-- expect: (a) = 1	c:1: syntax error near '='
-- expect: a + b = 1	c:1: syntax error near '+'
-- expect: 's' = 1	c:1: unexpected symbol near ''s''
-- expect: a, f() = 1, 2	c:1: syntax error near '='
-- expect: a, b += 1	c:1: '=' expected near '+'
-- expect: nil = 1	c:1: unexpected symbol near 'nil'
-- expect: ... = 1	c:1: unexpected symbol near '...'
-- expect: a.b:c = 1	c:1: function arguments expected near '='
-- expect: local a.b = 1	c:1: unexpected symbol near '.'
