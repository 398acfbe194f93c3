-- Captures that are long in total are made one after another.
local subject = ("a"):rep(20000) .. "b"
local pattern = ("("):rep(8) .. ".*" .. (")"):rep(8) .. "b"
local function lengths(...)
  local sum = 0
  for i = 1, select("#", ...) do sum = sum + #select(i, ...) end
  return select("#", ...), sum
end
print(lengths(subject:match(pattern))) -- expect: 8	160000
local from, to, first = subject:find(pattern)
print(from, to, #first, select("#", subject:find(pattern))) -- expect: 1	20001	20000	10
for a, b in subject:gmatch("((a*))b") do print(#a, #b) end -- expect: 20000	20000
local text, count = subject:gsub(pattern, function(...) return select("#", ...) .. " captures" end)
print(text, count) -- expect: 8 captures	1
