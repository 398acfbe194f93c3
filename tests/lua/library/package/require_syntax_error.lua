local name = os.tmpname()
local dir, base = name:match("^(.*/)([^/]+)$")
local f = io.open(dir .. base .. ".lua", "w") f:write("x = = 1") f:close()
package.path = dir .. "?.lua"
local ok, e = pcall(require, base)
print(ok, (e:gsub("%S*" .. base:gsub("%p", "%%%0"), "MODULE")))
-- expect: false	error loading module MODULE' from file MODULE.lua':
-- expect: 	MODULE.lua:1: unexpected symbol near '='
os.remove(dir .. base .. ".lua") os.remove(name)
