for _, code in ipairs {
  "goto nowhere", "do ::a:: end goto a", "goto a; do ::a:: end", "::a:: ::a::", "::a:: do ::a:: end", "goto a; local x; ::a:: print(x)", "break", "do break end", "if x then break end",
  "goto a; local x; local y ::a:: x = y", "function f() goto a end ::a::", "::a:: function f() goto a end", "repeat goto c; local x; ::c:: until x", "while true do function f() break end end", "goto continue; local a <close> = nil; ::continue:: a()", "\n\n::x::\nlocal y\n::x::",
} do print((select(2, load(code, "=c")))) end
-- expect: c:1: no visible label 'nowhere' for <goto> at line 1
-- expect: c:1: no visible label 'a' for <goto> at line 1
-- expect: c:1: no visible label 'a' for <goto> at line 1
-- expect: c:1: label 'a' already defined on line 1
-- expect: c:1: label 'a' already defined on line 1
-- expect: c:1: <goto a> at line 1 jumps into the scope of local 'x'
-- expect: c:1: break outside loop at line 1
-- expect: c:1: break outside loop at line 1
-- expect: c:1: break outside loop at line 1
-- expect: c:1: <goto a> at line 1 jumps into the scope of local 'x'
-- expect: c:1: no visible label 'a' for <goto> at line 1
-- expect: c:1: no visible label 'a' for <goto> at line 1
-- expect: c:1: <goto c> at line 1 jumps into the scope of local 'x'
-- expect: c:1: break outside loop at line 1
-- expect: c:1: <goto continue> at line 1 jumps into the scope of local 'a'
-- expect: c:5: label 'x' already defined on line 3
