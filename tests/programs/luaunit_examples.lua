-- An example of LuaUnit with tests that fail, in each form of output.
local folder = assert(os.getenv("EXAMPLES"))
package.path = folder .. "/?.lua;" .. package.path
local unit = require "luaunit"
local exit = os.exit
os.exit = function() end
for _, name in ipairs {"example_with_luaunit", "test_with_err_fail_pass", "some_lists_comparisons", "legacy_example_with_luaunit"} do
  for _, form in ipairs {"text", "tap", "nil"} do
    print("----", name, form)
    local saved = arg
    arg = {[0] = name, "-v", "-o", form}
    print("error", select(2, pcall(dofile, folder .. "/" .. name .. ".lua")))
    arg = saved
    for key in pairs(_G) do
      if type(key) == "string" and key:lower():find("^test") then _G[key] = nil end
    end
  end
end
os.exit = exit
