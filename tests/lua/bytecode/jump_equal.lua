local function eq(a, b) if a == b then return true else return false end end
local function ne(a, b) if a ~= b then return true else return false end end
local t, u = {}, {}
print(eq(1, 1), eq(1, 1.0), eq(1, "1"), eq("a", "a"), eq(t, t), eq(t, u), eq(nil, nil), eq(nil, false)) -- expect: true	true	false	true	true	false	true	false
print(ne(1, 1), ne(1, 2), ne("a", "b"), ne(t, u), ne(0 / 0, 0 / 0)) -- expect: false	true	true	true	true
local nan = 0 / 0
print(nan == nan, nan ~= nan, 0.0 == -0.0) -- expect: false	true	true
local long = string.rep("long string, ", 10)
print(eq(long, string.rep("long string, ", 10))) -- expect: true
print(eq(2^53, 2^53 + 1), eq(9007199254740993, 2^53), eq(math.maxinteger, math.maxinteger + 0.0)) -- expect: true	false	false
