-- In a hook, level 2 is the running function, with its variables.
local seen
local function f(a, b)
  local c = a + b
  return c
end
debug.sethook(function(event)
  local info = debug.getinfo(2, "nf")
  if info.func == f then
    local values = {}
    for i = 1, 3 do
      local name, value = debug.getlocal(2, i)
      if name and name:find("^%a") then values[#values + 1] = name .. "=" .. tostring(value) end
    end
    seen = event .. ": " .. table.concat(values, " ")
    print(debug.getinfo(1, "n").namewhat, seen)
  end
end, "cr")
f(1, 2)
debug.sethook()
-- expect: hook	call: a=1 b=2
-- expect: hook	return: a=1 b=2 c=3
