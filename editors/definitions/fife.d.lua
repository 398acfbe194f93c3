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
