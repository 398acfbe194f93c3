-- hostile: fuel=100M memory=32M expect=ok|fuel
-- Lists and texts that natives assemble while they wait in coroutines: concatenation, sorting, moving, formats.
local yield = coroutine.yield
local list = setmetatable({}, { __index = function(_, i) if i == 1000 then yield() end return "some text" end,
  __len = function() return 1100 end, __newindex = function(_, i) if i == 900 then yield() end end })
local wide = {}
for i = 1, 2000 do wide[i] = (i * 7919) % 2003 end
local shown = setmetatable({}, { __tostring = function() yield() return "shown" end })
local works = {
  function() return table.concat(setmetatable({}, getmetatable(list)), ",", 1, 1100) end,
  function() return table.unpack(list, 1, 1100) end,
  function() return table.move(list, 1, 1100, 1, setmetatable({}, getmetatable(list))) end,
  function() local n = 0 return table.sort(table.move(wide, 1, 2000, 1, {}), function(a, b) n = n + 1 if n == 15000 then yield() end return a < b end) end,
  function() return ("%s"):rep(100):format(table.unpack(table.move({ ("y"):rep(5000), ("z"):rep(5000) }, 1, 2, 1, {}), 1, 2), shown) end,
  function() return string.format("%s%s%s", ("y"):rep(50000), shown, "z") end,
  function() return load(function() yield() return "local t = {} " end) end,
  function() local n = 0 return load(function() n = n + 1 if n == 200 then yield() end return ("t = {} "):rep(20) end) end,
  function() for _ in ("word "):rep(100):gmatch("(%a+)%s") do yield() end end,
  function() for _, _ in utf8.codes(("\u{20ac}"):rep(1000)) do yield() end end,
  function() return select(-1, tostring(shown), ("q"):rep(100000)) end,
  function() return pcall(error, shown) end,
  function() return xpcall(function() error(("e"):rep(10000)) end, function(m) yield() return m end) end,
}
for round = 1, 3 do
  for number, work in ipairs(works) do
    local waiting = {}
    local fine, message = pcall(function()
      for i = 1, 800 do
        local c = coroutine.create(work)
        local fine, message = coroutine.resume(c)
        if not fine and message == "not enough memory" then error(message, 0) end
        waiting[i] = c
      end
    end)
    assert(fine or message == "not enough memory", number .. ": " .. tostring(message))
    for i = 1, #waiting, 3 do coroutine.close(waiting[i]) waiting[i] = nil end
  end
end
print("ok")
