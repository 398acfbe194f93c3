-- hostile: fuel=20M memory=64M expect=fuel
-- A source that is dense and wrong at its end: as much work as one that is not.
local source = ("a()"):rep(85000) .. " x = ="
while true do
  local f, message = load(source, "=source")
  assert(not f and message:find("unexpected symbol"))
end
