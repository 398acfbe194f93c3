-- The tests of LuaUnit, by LuaUnit, and the examples that come with it.
local folder = assert(os.getenv("EXAMPLES"))
local unit = require "luaunit"

dofile(folder .. "/test_luaunit.lua")
local runner = unit.LuaUnit.new()
runner:setOutputType("tap")
print("status", runner:runSuite("-v"))
