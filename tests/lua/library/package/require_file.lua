local name = os.tmpname()
local dir, base = name:match("^(.*/)([^/]+)$")
local f = io.open(dir .. base .. ".lua", "w") f:write("local n, path = ... return { n = n, same = path:sub(-#n - 4) == n .. '.lua' }") f:close()
package.path = dir .. "?.lua"
local m, where = require(base)
print(m.n == base, m.same, where == dir .. base .. ".lua", require(base) == m) -- expect: true	true	true	true
print(package.searchpath(base, package.path) == dir .. base .. ".lua") -- expect: true
os.remove(dir .. base .. ".lua") os.remove(name)
print(require(base) == m, package.searchpath(base, package.path) == nil) -- expect: true	true
