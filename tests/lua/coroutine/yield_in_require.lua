-- fife only
package.preload.slow = function(name) return { name = name, value = coroutine.yield("loading") } end
local co = coroutine.wrap(function() return require("slow").value end)
print(co()) print(co("loaded")) print(package.loaded.slow.name)
-- expect: loading
-- expect: loaded
-- expect: slow
