-- A constant `_ENV` has no name, even in a binary chunk.
local chunk = string.dump(function()
  local _ENV <const> = 1
  return function() return x end
end)
print(pcall(load(chunk, "=chunk", "b")())) -- expect: false	constant_environment_dumped.lua:4: attempt to index a number value
