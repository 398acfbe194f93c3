-- A return inside a block with a variable to be closed is an ordinary call.
local log = {}
local function note(text) log[#log + 1] = text return text end
local function f()
  local c <close> = setmetatable({}, { __close = function() note("close") end })
  return note("call")
end
print(f(), table.concat(log, " ")) -- expect: call	call close
