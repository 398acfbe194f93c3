-- hostile: fuel=400M memory=32M expect=ok
-- The code of functions, many small and some large, kept and released; constants, names, lines, nested functions.
local sources = {
  "return 1",
  "local a, b = ... return a + b * 2 // 3",
  "return function() return function() return function() end end end",
  "local t = { " .. ("'a string', "):rep(200) .. "} return t",
  ("local x = 0x1p-3 "):rep(150),
  ("\n\n\n do local v = 1 end "):rep(300),
  "return { " .. ("function(a, b, ...) return a end, "):rep(100) .. "}",
  ("goto l%d ::l%d:: "):rep(50):gsub("%%d%s", function() return "x " end):gsub("goto lx ::l%%d::", "do goto l ::l:: end"),
}
for i = 1, 60 do
  local names = {}
  for j = 1, i * 2 do names[j] = "name" .. ("n"):rep(i * 5) .. j end
  sources[#sources + 1] = "local " .. table.concat(names, ",") .. " return function() return " .. table.concat(names, " or ", 1, math.min(#names, 50)) .. " end"
  sources[#sources + 1] = "return {" .. table.concat(names, " = 1, ") .. " = 2 }"
end
local state = 7
for round = 1, 6 do
  local kept = {}
  local fine, message = pcall(function()
    for i = 1, 20000 do
      state = state * 1103515245 + 12345 & 0x7fffffff
      local f = load(sources[(state >> 8) % #sources + 1], state & 1 == 0 and "=short" or nil)
      kept[state >> 4 & 4095] = f
    end
  end)
  assert(fine or message == "not enough memory", message)
end
print("ok")
