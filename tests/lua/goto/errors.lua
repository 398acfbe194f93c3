local function show(code)
  local visible = code:gsub("[^ -~]", function(c) return "\\" .. c:byte() end)
  print(visible, (select(2, load(code, "=c"))))
end
for _, code in ipairs {
  "goto nowhere", "do ::a:: end goto a", "goto a; do ::a:: end", "::a:: ::a::", "::a:: do ::a:: end",
  "goto a; local x; ::a:: print(x)", "break", "do break end", "if x then break end",
  "goto a; local x; local y ::a:: x = y", "function f() goto a end ::a::", "::a:: function f() goto a end",
  "repeat goto c; local x; ::c:: until x", "while true do function f() break end end",
  "goto continue; local a <close> = nil; ::continue:: a()", "\n\n::x::\nlocal y\n::x::",
} do
  show(code)
end
-- expect: goto nowhere	c:1: no visible label 'nowhere' for <goto> at line 1
-- expect: do ::a:: end goto a	c:1: no visible label 'a' for <goto> at line 1
-- expect: goto a; do ::a:: end	c:1: no visible label 'a' for <goto> at line 1
-- expect: ::a:: ::a::	c:1: label 'a' already defined on line 1
-- expect: ::a:: do ::a:: end	c:1: label 'a' already defined on line 1
-- expect: goto a; local x; ::a:: print(x)	c:1: <goto a> at line 1 jumps into the scope of local 'x'
-- expect: break	c:1: break outside loop at line 1
-- expect: do break end	c:1: break outside loop at line 1
-- expect: if x then break end	c:1: break outside loop at line 1
-- expect: goto a; local x; local y ::a:: x = y	c:1: <goto a> at line 1 jumps into the scope of local 'x'
-- expect: function f() goto a end ::a::	c:1: no visible label 'a' for <goto> at line 1
-- expect: ::a:: function f() goto a end	c:1: no visible label 'a' for <goto> at line 1
-- expect: repeat goto c; local x; ::c:: until x	c:1: <goto c> at line 1 jumps into the scope of local 'x'
-- expect: while true do function f() break end end	c:1: break outside loop at line 1
-- expect: goto continue; local a <close> = nil; ::continue:: a()	c:1: <goto continue> at line 1 jumps into the scope of local 'a'
-- expect: \10\10::x::\10local y\10::x::	c:5: label 'x' already defined on line 3
