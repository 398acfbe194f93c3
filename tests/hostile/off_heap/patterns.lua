-- hostile: fuel=300M memory=16M expect=ok|fuel
-- Patterns: many different ones, long ones, with all captures, on long subjects; matches that wait.
local subject = ("ab12 "):rep(20000)
local kept = {}
for i = 1, 300 do
  local captures = ("(.-)"):rep(i % 32 + 1)
  pcall(string.find, subject, captures .. "x" .. i)
  pcall(string.match, subject:sub(1, 200), ("()"):rep(32))
  pcall(string.gsub, subject:sub(1, 3000), "(%w)(%w)", "%2%1%0")
  pcall(string.find, subject, ("[%a-z" .. i .. "]*"):rep(i * 3) .. "y")
  pcall(string.find, subject, ("a?"):rep(i * 10))
  pcall(string.find, subject, ("%b()"):rep(i))
  pcall(string.find, subject, ("b"):rep(i * 100), 1, true)
  kept[i] = coroutine.wrap(function() for a in subject:gmatch(captures .. "%s" .. ("a?"):rep(i)) do coroutine.yield(a) end end)
  pcall(kept[i])
end
print("ok")
