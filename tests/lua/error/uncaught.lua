print("before") -- expect: before
local function fails() error("nobody catches this") end
fails()
-- expect error: uncaught.lua:2: nobody catches this
