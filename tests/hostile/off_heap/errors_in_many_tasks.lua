-- hostile: fuel=300M memory=8M tasks=300 expect=error:not enough memory|fuel
-- Many tasks that take turns, fill the memory and fail; the host keeps their errors with their tracebacks.
local kept = {}
local function fail(n) if n > 0 then return fail(n - 1), 1 end for i = 1, 1e9 do kept[i] = { ("s"):rep(100) .. i } end end
fail(30)
