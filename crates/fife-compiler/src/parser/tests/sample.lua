local a <const>, b <close> = 1, nil
local k <const> = -5 + 2^2
goto done
do local x; ::top:: x = 1; goto top end
for i = 1, 10, 2 do if i == 3 then goto continue end print(i) ::continue:: end
for k, v in pairs(t) do break end
while a < 1 do local y = 2 if y then break else goto out end ::out:: end
repeat local z <const> = "q" until z == k
function m.a.b:c(x, ...) return self, x, ... end
local function f(...) local t = {..., a = 1, [2] = 3; 4, f = function() return f end} return (...) end
a.b["c"]:d "str" { x } [[long
string]] (1, 2).e = 5, 6
x, y.z, w[1] = 1, 2
local s = "a\n\x41\u{7FFFFFFF}\065\z
   next\
line" .. 'b' .. [==[ ]] ]=] ]==]
local n = 0x.8p1 + 3e-2 + .5 + 0xFFFFFFFFFFFFFFFFFF + 1e400 // 3 % 4 << 2 >> 1 & 3 | 4 ~ 5
if not -#x ~= ~y then ; elseif x <= y or x >= y and x ~= y then return else local _ENV = {} z = 1 end
do ::l1:: ::l2:: ; ::l3:: end
do goto e; local q; ::e:: end
-- comment
--[[ long
comment ]] --[==[ x ]==]
::done::
