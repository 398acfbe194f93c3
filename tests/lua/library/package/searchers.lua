table.insert(package.searchers, 2, function(name)
  if name:match("^virtual%.") then return function(n, extra) return { n = n, extra = extra } end, "extra data" end return "no virtual module '" .. name .. "'"
end)
local m, e = require "virtual.one"
print(m.n, m.extra, e) -- expect: virtual.one	extra data	extra data
package.path, package.cpath = "/nonexistent/?.lua", "/nonexistent/?.so"
print(pcall(require, "other"))
-- expect: false	module 'other' not found:
-- expect: 	no field package.preload['other']
-- expect: 	no virtual module 'other'
-- expect: 	no file '/nonexistent/other.lua'
-- expect: 	no file '/nonexistent/other.so'
package.searchers = { function() end, function() return 12.0 end, function() return {} end }
print(pcall(require, "other"))
-- expect: false	module 'other' not found:
-- expect: 	12.0
package.searchers = {}
print(pcall(require, "other")) -- expect: false	module 'other' not found:
package.searchers = nil
print(pcall(require, "third")) -- expect: false	'package.searchers' must be a table
