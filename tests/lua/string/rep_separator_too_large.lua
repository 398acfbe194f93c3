-- The result with one more separator must fit the limit.
local function message(...) return select(2, pcall(...)) end
print(message(string.rep, "aa", 1 << 30)) -- expect: resulting string too large
print(message(string.rep, "a", 1 << 30, ",")) -- expect: resulting string too large
