local function show(code)
  local visible = code:gsub("[^ -~]", function(c) return "\\" .. c:byte() end)
  print(visible, (select(2, load(code, "=c"))))
end
for _, code in ipairs {
  "x = 3x", "x = 0x", "x = 0xg", "x = 1e", "x = 1e+", "x = 1..2", "x = 1.2.3", "x = 0x1p", "x = 12abc",
  "x = 1_000", "x = 0b101", "x = 08a", "x = .5.", "x = 1e5e5", "x = 0x.p1", "x = 3..x", "x = 5f",
} do
  show(code)
end
-- expect: x = 3x	c:1: malformed number near '3x'
-- expect: x = 0x	c:1: malformed number near '0x'
-- expect: x = 0xg	c:1: malformed number near '0xg'
-- expect: x = 1e	c:1: malformed number near '1e'
-- expect: x = 1e+	c:1: malformed number near '1e+'
-- expect: x = 1..2	c:1: malformed number near '1..2'
-- expect: x = 1.2.3	c:1: malformed number near '1.2.3'
-- expect: x = 0x1p	c:1: malformed number near '0x1p'
-- expect: x = 12abc	c:1: malformed number near '12abc'
-- expect: x = 1_000	c:1: malformed number near '1_'
-- expect: x = 0b101	c:1: malformed number near '0b101'
-- expect: x = 08a	c:1: malformed number near '08a'
-- expect: x = .5.	c:1: malformed number near '.5.'
-- expect: x = 1e5e5	c:1: malformed number near '1e5e5'
-- expect: x = 0x.p1	c:1: malformed number near '0x.p1'
-- expect: x = 3..x	c:1: malformed number near '3..x'
-- expect: x = 5f	c:1: malformed number near '5f'
