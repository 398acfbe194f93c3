-- fife only
package.preload.slow = function(name) return { name = name, value = coroutine.yield("loading") } end
local co = coroutine.wrap(function() return require("slow").value end)
print(co()) -- expect: loading
print(co("loaded")) -- expect: loaded
print(package.loaded.slow.name) -- expect: slow
