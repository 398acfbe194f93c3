package.path, package.cpath = "/nonexistent/?.lua;/nowhere/?/init.lua", "/nonexistent/?.so"
print(pcall(require, "no.such.module"))
-- expect: false	module 'no.such.module' not found:
-- expect: 	no field package.preload['no.such.module']
-- expect: 	no file '/nonexistent/no/such/module.lua'
-- expect: 	no file '/nowhere/no/such/module/init.lua'
-- expect: 	no file '/nonexistent/no/such/module.so'
-- expect: 	no file '/nonexistent/no.so'
package.preload.fails = function() error("loader failed", 0) end
print(pcall(require, "fails")) -- expect: false	loader failed
print(package.loaded.fails) -- expect: nil
print(pcall(require)) -- expect: false	bad argument #1 to 'require' (string expected, got no value)
print(pcall(require, {})) -- expect: false	bad argument #1 to 'require' (string expected, got table)
print(select(2, pcall(function() require "gone" end)))
-- expect: require_errors.lua:14: module 'gone' not found:
-- expect: 	no field package.preload['gone']
-- expect: 	no file '/nonexistent/gone.lua'
-- expect: 	no file '/nowhere/gone/init.lua'
-- expect: 	no file '/nonexistent/gone.so'
package.cpath = {}
print(pcall(require, "x")) -- expect: false	'package.cpath' must be a string
package.path = 5 > 6
print(pcall(require, "x")) -- expect: false	'package.path' must be a string
package.path = nil
print(pcall(require, "x")) -- expect: false	'package.path' must be a string
