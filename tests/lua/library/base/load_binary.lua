-- Binary chunks: modes, names, pieces.
local chunk = string.dump(load("return ...", "=inside"))
print(load(chunk)(1), load(chunk, "x", "b")(2), load(chunk, "x", "bt")(3), load(chunk, "x", nil)(4)) -- expect: 1	2	3	4
print(load(chunk, "=x", "t")) -- expect: nil	attempt to load a binary chunk (mode is 't')
print(load(chunk, "=x", "")) -- expect: nil	attempt to load a binary chunk (mode is '')
print(load("return 1", "=x", "b")) -- expect: nil	attempt to load a text chunk (mode is 'b')

-- The name is the one under which it was made.
print(debug.getinfo(load(chunk, "=outside"), "S").source) -- expect: =inside

-- In pieces, with empty ones at the end.
local function pieces(text, size)
  local at = 1 - size
  return function()
    at = at + size
    return text:sub(at, at + size - 1)
  end
end
for _, size in ipairs {1, 2, 7, 1000} do
  print(load(pieces(chunk, size), "=x", "b")(size)) -- expect: 1
end
-- expect: 2
-- expect: 7
-- expect: 1000
print(load(pieces(chunk, 1), "=x", "t")) -- expect: nil	attempt to load a binary chunk (mode is 't')

-- Bytes after a chunk do not matter.
print(load(chunk .. "\n")(5)) -- expect: 5

-- A chunk with deeply nested functions, and one with many functions.
local source = ("return function() "):rep(60) .. "return 'deep' " .. ("end "):rep(60)
local f = load(string.dump(load(source)))
for _ = 1, 61 do f = f() end
print(f) -- expect: deep
source = "return {" .. ("function() return ... end, "):rep(500):gsub("%.%.%.", "1") .. "}"
print(#load(string.dump(load(source)))()) -- expect: 500
