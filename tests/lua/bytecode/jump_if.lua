local function kind(v) if v then return "truthy" else return "falsy" end end
print(kind(nil), kind(false), kind(0), kind(""), kind({}), kind(true)) -- expect: falsy	falsy	truthy	truthy	truthy	truthy
local function unless(v) if not v then return "no" end return "yes" end
print(unless(nil), unless(1)) -- expect: no	yes
local function both(a, b) if a and b then return 1 elseif a or b then return 2 else return 3 end end
print(both(1, 1), both(1, nil), both(false, 1), both(nil, false)) -- expect: 1	2	2	3
local function mixed(a, b, c) if a and (b or c) and not (a and b and c) then return "in" end return "out" end
print(mixed(1, 1), mixed(1, nil, 1), mixed(1, 1, 1), mixed(nil, 1, 1)) -- expect: in	in	out	out
