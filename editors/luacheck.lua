-- Sets of globals for luacheck. Save it beside `.luacheckrc` (not as `luacheck.lua`: luacheck would take it for itself), and write
-- there:
--
--   -- fife --definitions=luacheck > luacheck_fife.lua
--   local fife = dofile("luacheck_fife.lua")
--   stds.fife, stds.fife_sandbox = fife.fife, fife.fife_sandbox
--   std = "lua54+fife"       -- or "fife_sandbox" for scripts that run in a sandbox

local function library(names)
  local fields = {}
  for name in names:gmatch("%S+") do fields[name] = {} end
  return { fields = fields }
end

return {
  fife = {
    read_globals = {
      coroutine = library("yieldto"),
      -- Kept of Lua 5.3.
      math = library("atan2 cosh frexp ldexp log10 pow sinh tanh"),
    },
  },
  fife_sandbox = {
    read_globals = {
      "_VERSION", "assert", "collectgarbage", "error", "getmetatable", "ipairs", "load", "next", "pairs", "pcall", "print",
      "rawequal", "rawget", "rawlen", "rawset", "select", "setmetatable", "tonumber", "tostring", "type", "warn", "xpcall",
      coroutine = library("close create isyieldable resume running status wrap yield yieldto"),
      debug = library("getinfo traceback"),
      math = library(
        "abs acos asin atan ceil cos deg exp floor fmod huge log max maxinteger min mininteger modf pi rad random"
          .. " randomseed sin sqrt tan tointeger type ult atan2 cosh frexp ldexp log10 pow sinh tanh"
      ),
      string = library(
        "byte char dump find format gmatch gsub len lower match pack packsize rep reverse sub unpack upper"
      ),
      table = library("concat insert move pack remove sort unpack"),
      utf8 = library("char charpattern codepoint codes len offset"),
    },
    globals = { _G = { other_fields = true, read_only = false } },
  },
}
