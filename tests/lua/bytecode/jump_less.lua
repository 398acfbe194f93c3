local function lt(a, b) if a < b then return "<" else return ">=" end end
local function le(a, b) if a <= b then return "<=" else return ">" end end
local function gt(a, b) if a > b then return ">" end return "<=" end
local function ge(a, b) if a >= b then return ">=" end return "<" end
print(lt(1, 2), lt(2, 1), lt(1, 1), lt(1, 1.5), lt(1.5, 1), lt("a", "b"), lt("b", "a")) -- expect: <	>=	>=	<	>=	<	>=
print(le(1, 2), le(2, 1), le(1, 1), le(1, 1.0), le("a", "a"), le("b", "a")) -- expect: <=	>	<=	<=	<=	>
print(gt(1, 2), gt(2, 1), ge(1, 1), ge(0, 1)) -- expect: <=	>	>=	<
local nan = 0 / 0
print(lt(nan, 1), lt(1, nan), le(nan, nan), gt(nan, 1), ge(nan, 1)) -- expect: >=	>=	>	<=	<
print(not (nan < 1), not (nan >= 1)) -- expect: true	true
print(lt("", "a"), lt("a", "ab"), lt("Z", "a"), lt("a\0b", "a\0c"), le("a\0", "a")) -- expect: <	<	<	<	>
