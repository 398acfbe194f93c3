local t = { ["end"] = 1, ["function"] = 2, ["nil"] = 3 }
print(t["end"], t["function"], t["nil"]) -- expect: 1	2	3
for _, code in ipairs { "t.end = 1", "local end = 1", "t:function()", "return { end = 1 }", "goto end", "local function nil() end" } do print((select(2, load(code, "=c")))) end
-- expect: c:1: <name> expected near 'end'
-- expect: c:1: <name> expected near 'end'
-- expect: c:1: <name> expected near 'function'
-- expect: c:1: unexpected symbol near 'end'
-- expect: c:1: <name> expected near 'end'
-- expect: c:1: <name> expected near 'nil'
