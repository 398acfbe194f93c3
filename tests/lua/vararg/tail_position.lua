local function v(...) return ... end
local function w(...) return v(...) end
local function p(...) return (v(...)) end
local function q(...) return v(...), v(...) end
print(w(1, 2)) -- expect: 1	2
print(p(1, 2)) -- expect: 1
print(q(1, 2)) -- expect: 1	1	2
print((w())) -- expect: nil
