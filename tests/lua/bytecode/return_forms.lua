local function r0() return end
local function r1() return 1 end
local function r2() return 1, 2 end
local function r5() return 1, 2, 3, 4, 5 end
local function open(...) return ... end
local function mixed(...) return "m", ... end
local function semicolon() return 7; end
local function paren(...) return (...) end
print(r0()) -- expect:
print(r1()) -- expect: 1
print(r2()) -- expect: 1	2
print(r5()) -- expect: 1	2	3	4	5
print(open()) -- expect:
print(open(nil, 2)) -- expect: nil	2
print(mixed()) -- expect: m
print(mixed(1, 2)) -- expect: m	1	2
print(semicolon(), paren(4, 5), paren()) -- expect: 7	4	nil
local function early(n) if n then return "early" end do return "block" end end
print(early(1), early()) -- expect: early	block
