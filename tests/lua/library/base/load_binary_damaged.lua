-- Truncated, foreign and damaged chunks are refused. Every proper prefix of a chunk is a truncated chunk.
local chunk = string.dump(function(a)
  local b = 3
  local f = function() return a + b + _ENV.c end
  for i = 1, 10 do b = b + i end
  for k, v in pairs({"A constant", x = 1.5}) do print(k, v, f) end
  return "Another constant", a
end)
local others = {}
for last = 1, #chunk - 1 do
  local f, message = load(chunk:sub(1, last), "=cut")
  if f or message ~= "cut: bad binary format (truncated chunk)" then others[#others + 1] = last end
end
print(#others, load(chunk) ~= nil) -- expect: 0	true

-- The name: as given, without a mark.
print(load("\27", "text")) -- expect: nil	text: bad binary format (truncated chunk)
print(load("\27", "@file.lua")) -- expect: nil	file.lua: bad binary format (truncated chunk)
print(load("\27")) -- expect: nil	binary string: bad binary format (truncated chunk)
local piece = "\27"
print(load(function() local it = piece piece = nil return it end)) -- expect: nil	(load): bad binary format (truncated chunk)
print(load("\27text", "=x")) -- expect: nil	x: bad binary format (not a binary chunk)

-- No byte of the header may change.
for at = 2, 10 do
  local byte = string.char((chunk:byte(at) + 1) % 256)
  assert(not load(chunk:sub(1, at - 1) .. byte .. chunk:sub(at + 1)))
end

-- After any other change, it either loads or does not.
local function change(at, by)
  local byte = string.char((chunk:byte(at) + by) % 256)
  return load(chunk:sub(1, at - 1) .. byte .. chunk:sub(at + 1))
end
for at = 11, #chunk do
  change(at, 1)
  change(at, 128)
end
print("done") -- expect: done
