local value, cell = 1, 2
local function get() return value, cell end
cell = 3
local function set(x) cell = x; return value end
local function deep() return function() cell = value end end
return get, set, deep
