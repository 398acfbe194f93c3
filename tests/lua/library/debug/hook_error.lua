-- An error in a hook is an error of the running code; the hook stays set.
local calls = 0
local function f()
  debug.sethook(function(event, line)
    calls = calls + 1
    if calls == 1 then error("at " .. line, 0) end
  end, "l")
  local x = 1
  return x
end
print(pcall(f)) -- expect: false	at 8
print(calls > 1, debug.gethook() ~= nil) -- expect: true	true
