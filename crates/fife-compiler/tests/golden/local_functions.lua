local function a() end
local function b() return a() end
function c() end
function c.d.e() end
function c.d:f(x) return self, x end
local g = function(...) return ... end
