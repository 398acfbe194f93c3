do local c <close> = setmetatable({}, { __close = function(...) print(select("#", ...), (select(2, ...))) end }) end -- expect: 2	nil
pcall(function()
  local c <close> = setmetatable({}, { __close = function(...) print(select("#", ...), (select(2, ...))) end }) error("e", 0) -- expect: 2	e
end)
