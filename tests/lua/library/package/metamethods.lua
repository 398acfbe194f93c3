-- Fields of `package`, and the tables of modules, may have metamethods; those may yield.
local log = {}
setmetatable(package, { __index = function(_, key) log[#log + 1] = key return key == "path" and "/n/?.lua" or "/n/?.so" end })
package.path, package.cpath = nil, nil
print(pcall(require, "gone"))
-- expect: false	module 'gone' not found:
-- expect: 	no field package.preload['gone']
-- expect: 	no file '/n/gone.lua'
-- expect: 	no file '/n/gone.so'
print(table.concat(log, " ")) -- expect: path cpath
setmetatable(package.preload, { __index = function(_, key)
  if key == "made" then return function(name, data) return name .. data end end
end })
print(require "made") -- expect: made:preload:	:preload:
setmetatable(package.loaded, {
  __index = function(_, key) if key == "always" then return "there" end end,
  __newindex = function(t, key, value) print("new", key, value) rawset(t, key, value) end,
})
print(require "always") -- expect: there
package.preload.nothing = function() end
print(require "nothing")
-- expect: new	nothing	true
-- expect: true	:preload:
setmetatable(package.loaded, { __newindex = function() end })
package.preload.dropped = function() return "value" end
-- A value that is not kept is not returned, since the module is looked up again.
print(require "dropped") -- expect: true	:preload:
setmetatable(package.preload, { __index = function() error("no preload", 0) end })
print(pcall(require, "gone")) -- expect: false	no preload
