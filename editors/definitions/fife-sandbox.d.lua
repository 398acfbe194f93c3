---@meta

-- What scripts have in a sandbox of Fife (`fife --sandbox`), for the language server LuaLS and its like.
-- Print it with `fife --sandbox --definitions`. It goes with these settings, which take away what is not there:
--
--   "runtime.version": "Lua 5.4",
--   "runtime.builtin": { "debug": "disable", "io": "disable", "os": "disable", "package": "disable" }

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

---All of the library `debug` that a sandbox has.
---@class debuglib
debug = {}

---A table with what is known of a function, or of the function at a level of the stack.
---@overload fun(f: integer|function, what?: string): table
---@param thread thread
---@param f integer|async fun(...): ...
---@param what? string
---@return table
function debug.getinfo(thread, f, what) end

---A traceback as text. A `message` that is neither a string nor nil is returned as it is.
---@overload fun(message?: any, level?: integer): string
---@param thread thread
---@param message? any
---@param level? integer
---@return string
function debug.traceback(thread, message, level) end

---@deprecated A sandbox has no files.
function dofile() end

---@deprecated A sandbox has no files.
function loadfile() end
