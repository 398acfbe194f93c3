-- hostile: fuel=120K memory=2M expect=fuel|error:not enough memory
-- An error that has to wait for the next step's fuel is an object of the reserve, and no more than that.
function r() coroutine.wrap(r)() end
r()
