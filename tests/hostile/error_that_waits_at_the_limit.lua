-- hostile: fuel=120K memory=2M expect=fuel|error:not enough memory
-- An error that must wait for the next step's fuel is a single object from the reserve.
function r() coroutine.wrap(r)() end
r()
