-- luacheck over the files named in FILES, with the report that the command gives.

-- The one module in C that it needs, as far as it needs it.
package.preload.lfs = function()
  local function attributes(path, wanted)
    local file = io.open(path, "rb")
    if not file then return nil, path .. ": No such file or directory" end
    local _, problem = file:read(0)
    file:close()
    local all = {mode = problem == "Is a directory" and "directory" or "file", modification = 0}
    if wanted then return all[wanted] end
    return all
  end
  return {_VERSION = "LuaFileSystem 1.8.0", attributes = attributes, currentdir = function() return "/" end}
end

arg = {[0] = "luacheck", "--no-config", "--no-cache", "--codes", "--ranges", "--formatter", "plain"}
for line in io.lines(assert(os.getenv("FILES"))) do arg[#arg + 1] = line end
require "luacheck.main"
