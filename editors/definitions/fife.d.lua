---@meta

-- What Fife has besides the library of Lua 5.4, for the language server LuaLS and its like.
-- Print it with `fife --definitions`; put it into a folder of `workspace.library`.

---Suspends the running coroutine and resumes `co` in its place, which gets the arguments. Whoever resumed the running
---one has resumed `co` from then on: when that yields or returns, the values go there. Later, whoever resumes the
---suspended one again has its values returned here.
---
---It is an error in the main program, and where `co` cannot be resumed.
---@async
---@param co thread
---@param ... any
---@return any ...
function coroutine.yieldto(co, ...) end

-- Kept of Lua 5.3, unless the host or `fife --no-compat` leaves it out.

---@param y number
---@param x number
---@return number
function math.atan2(y, x) end

---@param x number
---@return number
function math.cosh(x) end

---@param x number
---@return number mantissa
---@return integer exponent
function math.frexp(x) end

---@param mantissa number
---@param exponent integer
---@return number
function math.ldexp(mantissa, exponent) end

---@param x number
---@return number
function math.log10(x) end

---@param x number
---@param y number
---@return number
function math.pow(x, y) end

---@param x number
---@return number
function math.sinh(x) end

---@param x number
---@return number
function math.tanh(x) end
