local function g(_ENV) x = y end
do local _ENV <const> = {}; z = 1 end
local function h() _ENV = {}; return x end
