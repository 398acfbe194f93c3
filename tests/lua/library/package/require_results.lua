-- The results of `require`, depending on what the loader returned and stored.
local function try(name, loader)
  package.preload[name] = loader
  print(require(name))
  print(require(name))
end
try("a", function() return "A" end)
-- expect: A	:preload:
-- expect: A
try("b", function() return false end)
-- expect: false	:preload:
-- expect: false	:preload:
try("c", function(name) package.loaded[name] = "own" end)
-- expect: own	:preload:
-- expect: own
try("d", function(name) package.loaded[name] = "own" return "returned" end)
-- expect: returned	:preload:
-- expect: returned
try("e", function(name) package.loaded[name] = false end)
-- expect: false	:preload:
-- expect: false	:preload:
try("f", function(...) return select("#", ...) end)
-- expect: 2	:preload:
-- expect: 2
package.searchers = { function(name) return function(...) return select("#", ...), ... end end }
try("g")
-- expect: 2	nil
-- expect: 2
