-- One more separator than the result has must fit below the limit.
local function message(...) return select(2, pcall(...)) end
print(message(string.rep, "aa", 1 << 30)) -- expect: resulting string too large
print(message(string.rep, "a", 1 << 30, ",")) -- expect: resulting string too large
