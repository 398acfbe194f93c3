-- hostile: fuel=20M memory=32M expect=error:local wrap
-- An error from a dozen coroutines has a traceback of each, whose lines have names chosen by the script.
local name = ("x"):rep(150000)
local source = "local wrap = ... local function " .. name .. "(k, depth) if k == 0 then if depth == 0 then error('e', 0) end wrap("
  .. name .. ")(30, depth - 1) return end local r = " .. name .. "(k - 1, depth) return r end " .. name .. "(30, 11)"
name = nil
local main = load(source)
source = nil
main(coroutine.wrap)
