-- The main chunk ends with its last token, and its variables are closed there.
local closing = setmetatable({}, { __close = function() error("closed", 2) end })
print(pcall(load("local x <close> = ...\nlocal y\n\n\n", "=s"), closing)) -- expect: false	s:2: closed
print(pcall(load("for i = 1, 2 do\nlocal x <close> = ...\nif i then\nbreak\nend\nend\n", "=s"), closing)) -- expect: false	s:6: closed
