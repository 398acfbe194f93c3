-- What the generated programs share: pools of values that they all change, and things to be called back.
-- Arguments: a seed, and how many events all of them together may cause. Returns what a program's first line unpacks.

local seed, events = ...
local pcall, error, select, setmetatable, getmetatable, rawset, collect = pcall, error, select, setmetatable, getmetatable, rawset, collectgarbage
local create, resume, close, yield, wrap, running, isyieldable, status =
  coroutine.create, coroutine.resume, coroutine.close, coroutine.yield, coroutine.wrap, coroutine.running, coroutine.isyieldable, coroutine.status
local unpack, rep, stdout, boom, step = table.unpack, string.rep, io.stdout, host.boom, host.step

local box, meta, func, co, kept, acts = {}, {}, {}, {}, {}, {}
local nesting = 0

-- A number from 1 to n.
local function roll(n)
  seed = seed * 2862933555777941757 + 3037000493
  return (seed >> 33) % n + 1
end

-- Counts an event; true if there were too many, so that a loop has to end.
local function spent()
  events = events - 1
  return events < 0
end

local function any()
  local kind = roll(11)
  if kind <= 3 then return box[roll(8)]
  elseif kind == 4 then return func[roll(6)]
  elseif kind == 5 then return co[roll(6)]
  elseif kind == 6 then return kept[roll(8)]
  elseif kind == 7 then return 'text ' .. roll(5)
  elseif kind == 8 then return rep('long ', 20) .. roll(9)
  elseif kind == 9 then return roll(9) - 3
  elseif kind == 10 then return stdout
  end
end

-- What is called back everywhere: something else happens, and some of the arguments come back.
local function poke(...)
  if spent() or nesting > 5 then return ... end
  local kind = roll(20)
  if kind <= 6 and #acts > 0 then
    nesting = nesting + 1
    local _, a, b = pcall(acts[roll(#acts)], ...)
    nesting = nesting - 1
    return a, b
  elseif kind == 7 and #acts > 0 then return acts[roll(#acts)](...)
  elseif kind <= 9 then collect() return ...
  elseif kind == 10 then collect('step', roll(60)) return (...)
  elseif kind == 11 and isyieldable() then return yield(...)
  elseif kind == 12 then error(any(), roll(3) - 1)
  elseif kind == 13 then return any(), any(), ...
  elseif kind == 14 then
    local what = roll(8)
    if what == 1 then boom() elseif what < 4 then step(roll(3), roll(300)) end
    return what - 2
  elseif kind == 15 then local c = co[roll(6)] if status(c) == 'suspended' then close(c) end return ...
  elseif kind == 16 then return select(2, resume(co[roll(6)], ...))
  elseif kind == 17 then co[roll(6)] = create(func[roll(6)]) return ...
  elseif kind == 18 then box[roll(8)] = {...} return
  elseif kind == 19 then return pcall(func[roll(6)], any(), ...)
  end
  return ...
end

-- A finalizer that keeps what it is given, and may have it finalized again.
local function revive(object)
  kept[roll(8)] = object
  local kind = roll(5)
  if kind == 1 then setmetatable(object, getmetatable(object))
  elseif kind == 2 then setmetatable(object, meta[roll(6)])
  elseif kind == 3 then error(object)
  end
  return poke(object)
end

-- Something to be closed.
local function closer()
  local kind = roll(7)
  local events = {__gc = roll(4) == 1 and revive or nil}
  if kind == 1 then events.__close = poke
  elseif kind == 2 then events.__close = function(_, e) error(e or 'closing') end
  elseif kind == 3 then events.__close = function(_, e) if isyieldable() then yield(e) end end
  elseif kind == 4 then events.__close = function() collect() end
  elseif kind == 5 then events.__close = function(o, e) local again <close> = setmetatable({o}, events) events.__close = poke return poke(e) end
  elseif kind == 6 then events.__close = function(o) setmetatable(o, nil) events.__close = nil return poke(o) end
  else return nil
  end
  return setmetatable({}, events)
end

-- A function with many registers: a call of it does not fit where others do.
local sizes = {20, 60, 110, 160, 220}
local wides = {}
local function wide(size)
  size = (size - 1) % #sizes + 1
  if not wides[size] then
    local names = {}
    for i = 1, sizes[size] // 2 do names[i] = 'p' .. i end
    wides[size] = load('local poke = ... return function(...) local ' .. table.concat(names, ', ') .. ' = ... ' ..
      'local t = {' .. rep('p1, ', sizes[size] // 2) .. 'poke(...)} return p1, t end')(poke)
  end
  return wides[size]
end

-- Calls f(...) `back` levels below the one at which the stack or the depth of calls ends. Frames have different sizes.
local function edge(back, f, ...)
  local width = roll(9)
  local deepest = 0
  local function down(level, ...)
    if level > deepest then deepest = level end
    return (down(level + 1, ...))
  end
  pcall(down, 1, unpack({}, 1, width))
  local function to(level, ...)
    if level <= 0 then return f(...) end
    return (to(level - 1, ...))
  end
  if roll(2) == 1 then return pcall(to, deepest - back, unpack({...}, 1, width)) end
  return xpcall(to, function(e) collect() return poke(e) end, deepest - back, unpack({...}, 1, width))
end

-- Calls f(...) in coroutines within one another, `back` fewer than there may be.
local function inmost(back, f, ...)
  local deepest = 0
  local function down(level)
    deepest = level
    wrap(down)(level + 1)
  end
  pcall(down, 1)
  local function to(level, ...)
    if level <= 0 then return f(...) end
    return wrap(to)(level - 1, ...)
  end
  return pcall(to, deepest - back, ...)
end

-- Calls f(...) when there is next to no memory left, if there is a limit near.
local function full(f, ...)
  local hoard, size = {}, 16000
  pcall(function(...)
    while not spent() and size > 60 and #hoard < 150 do
      if pcall(function() hoard[#hoard + 1] = rep('x', size) .. #hoard end) then else size = size // 4 end
    end
    size = nil
    return f(...)
  end, ...)
end

local function fresh()
  for i = 1, 6 do meta[i] = meta[i] or {} end
  for i = 1, 8 do box[i] = setmetatable({i, x = i}, roll(2) == 1 and meta[roll(6)] or nil) end
  for i = 1, 6 do
    local a, b = i, box[i]
    if i % 3 == 0 then func[i] = function(x, y) b = x poke(y, a) a = y return y, x end
    elseif i % 3 == 1 then func[i] = function(...) a = {...} poke(...) return b, ... end
    else func[i] = function(x) local t = {x, a, b} return poke(t, x) end
    end
    co[i] = create(func[i])
  end
end

-- Runs acts in turns, some of them in coroutines that are left where they are.
local function play(times)
  for _ = 1, times do
    if spent() then return end
    nesting = 0
    local act = acts[roll(#acts)]
    local kind = roll(6)
    if kind <= 3 then pcall(act, any(), any(), any())
    elseif kind == 4 then
      local c = create(act)
      co[roll(6)] = c
      resume(c, any(), any())
      if roll(2) == 1 then poke() resume(c, any()) end
      if roll(3) == 1 then close(c) end
    elseif kind == 5 then
      local f = wrap(act)
      for _ = 1, roll(3) do pcall(f, any()) end
    else xpcall(act, function(e) collect() return poke(e) end, any())
    end
    poke()
  end
end

fresh()
return function()
  return box, meta, func, co, kept, acts, roll, spent, any, poke, revive, closer, wide, edge, inmost, full, fresh, play
end
