package.preload.mymod = function(...) print("loading", ...) return { name = "mymod" } end
local m, extra = require "mymod"
-- expect: loading	mymod	:preload:
print(m.name, extra, require "mymod" == m, package.loaded.mymod == m) -- expect: mymod	:preload:	true	true
package.loaded.mymod = nil
print(require("mymod") ~= m)
-- expect: loading	mymod	:preload:
-- expect: true
package.loaded.direct = "any value"
print(require "direct") -- expect: any value
package.preload.nothing = function() end
print(require "nothing", package.loaded.nothing) -- expect: true	true
package.preload.sets = function(n) package.loaded[n] = "set by the loader" end
print(require "sets") -- expect: set by the loader	:preload:
package.preload.isfalse = function() return false end
print(require "isfalse", package.loaded.isfalse) -- expect: false	false
