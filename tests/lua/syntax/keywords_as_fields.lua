local function show(code)
  local visible = code:gsub("[^ -~]", function(c) return "\\" .. c:byte() end)
  print(visible, (select(2, load(code, "=c"))))
end
local t = { ["end"] = 1, ["function"] = 2, ["nil"] = 3 }
print(t["end"], t["function"], t["nil"]) -- expect: 1	2	3
for _, code in ipairs {
  "t.end = 1", "local end = 1", "t:function()", "return { end = 1 }", "goto end", "local function nil() end",
} do
  show(code)
end
-- expect: t.end = 1	c:1: <name> expected near 'end'
-- expect: local end = 1	c:1: <name> expected near 'end'
-- expect: t:function()	c:1: <name> expected near 'function'
-- expect: return { end = 1 }	c:1: unexpected symbol near 'end'
-- expect: goto end	c:1: <name> expected near 'end'
-- expect: local function nil() end	c:1: <name> expected near 'nil'
