local list = setmetatable({}, {__index = {append = function() end}})
list:apend(1)
