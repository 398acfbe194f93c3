-- fife only
-- Bytecode of PUC-Rio Lua, and chunks of another Fife.
print(load("\27Lua\x54\0\x19\x93\r\n\x1a\n\4\8\8", "=puc")) -- expect: nil	puc: bad binary format (PUC-Rio Lua bytecode is not supported)
print(load("\27Lua", "@luac.out")) -- expect: nil	luac.out: bad binary format (PUC-Rio Lua bytecode is not supported)
local chunk = string.dump(function() end)
print(chunk:sub(1, 5) == "\27Fife") -- expect: true
print(load(chunk:sub(1, 5) .. "\255" .. chunk:sub(7), "=other")) -- expect: nil	other: bad binary format (version mismatch)
print(load(chunk:sub(1, 6) .. "\0\0\0\0" .. chunk:sub(11), "=other")) -- expect: nil	other: bad binary format (version mismatch)

-- The verifier's reason is part of the message: here registers are missing.
local refused = 0
for at = 11, #chunk do
  local f, message = load(chunk:sub(1, at - 1) .. "\0" .. chunk:sub(at + 1), "=x")
  if not f and message:find("^x: bad binary format %(corrupted chunk: function main") then refused = refused + 1 end
end
print(refused > 0) -- expect: true
