-- Absent arguments stay absent, whatever the functions return that a library function calls.
-- Library functions that call Lua keep arguments and results side by side. Each is called with every possible number of
-- arguments, and all functions it calls return more values than it wants.
local junk = {
  {"b", "b", "b", "b", "b", "b"},
  {3, 3, 3, 3, 3, 3},
  {{x = "junk"}, {x = "junk"}, {x = "junk"}, {x = "junk"}, {x = "junk"}, {x = "junk"}},
  {true, nil, false, "t", {}, -1},
}
local current

-- A function that returns the first result of `f`, and then unwanted values.
local function noisy(f)
  return function(...)
    return (f(...)), table.unpack(current, 1, 6)
  end
end

local function proxy(list)
  return setmetatable({}, {
    __index = noisy(function(_, key) return list[key] end),
    __newindex = noisy(function(_, key, value) list[key] = value end),
    __len = noisy(function() return #list end),
    __pairs = noisy(function() return next end),
    __tostring = noisy(function() return "proxy" end),
    __lt = noisy(function(left, right) return left.rank < right.rank end),
    __le = noisy(function(left, right) return left.rank <= right.rank end),
    __name = "proxy",
  })
end

local function ranked(rank)
  return setmetatable({rank = rank}, {__lt = noisy(function(left, right) return left.rank < right.rank end)})
end

local function reader(...)
  local pieces = {...}
  local next = 0
  return noisy(function()
    next = next + 1
    return pieces[next]
  end)
end

x = "global"
local function show(value)
  if type(value) == "function" then return "function " .. tostring(value()) end
  if type(value) == "table" then
    return "table " .. tostring(rawget(value, "rank"))
  end
  -- The reason why a binary chunk is not loaded may differ.
  return (tostring(value):gsub("bad binary format.*", "bad binary format"))
end

-- Calls `f` with the first N arguments made by `make`, for N from `from` up to all.
local function each(name, from, f, make)
  local lines = {}
  for _, set in ipairs(junk) do
    current = set
    local all = table.pack(make())
    local line = {}
    for count = from, all.n do
      local arguments, list = table.pack(make())
      if type(arguments[0]) == "table" then list = arguments[0] end
      local results = table.pack(pcall(f, table.unpack(arguments, 1, count)))
      for index = 2, results.n do results[index] = show(results[index]) end
      results[1] = results[1] and "ok" or "failed"
      line[#line + 1] = table.concat(results, ",", 1, results.n)
    end
    lines[#lines + 1] = table.concat(line, " | ")
  end
  -- The same, whatever else was returned.
  for index = 2, #lines do
    if lines[index] ~= lines[1] then lines[1] = lines[1] .. "\n" .. index .. ": " .. lines[index] end
  end
  print(name .. ": " .. lines[1])
end

each("load", 1, load, function() return reader("return ", "x"), "=name", "t", {x = "given"} end) -- expect: load: ok,function global | ok,function global | ok,function global | ok,function given
each("load", 1, load, function() return reader("retur ", "x"), "=name", "t", {x = "given"} end) -- expect: load: ok,nil,(load):1: syntax error near 'x' | ok,nil,name:1: syntax error near 'x' | ok,nil,name:1: syntax error near 'x' | ok,nil,name:1: syntax error near 'x'
each("load", 1, load, function() return reader("\27Lua", "x"), "=name", "t", {x = "given"} end) -- expect: load: ok,nil,(load): bad binary format | ok,nil,name: bad binary format | ok,nil,attempt to load a binary chunk (mode is 't') | ok,nil,attempt to load a binary chunk (mode is 't')
each("load", 1, load, function() return reader("return x" .. string.rep(" ", 20000)), "=name", "bt", {x = "given"} end) -- expect: load: ok,function global | ok,function global | ok,function global | ok,function given
each("concat", 1, table.concat, function() return proxy {"a", "b", "c", "d"}, "-", 2, 3 end) -- expect: concat: ok,abcd | ok,a-b-c-d | ok,b-c-d | ok,b-c
each("remove", 1, table.remove, function() return proxy {"a", "b", "c", "d"}, 2 end) -- expect: remove: ok,d | ok,b
each("insert", 1, table.insert, function() return proxy {"a", "b", "c", "d"}, 2, "e" end) -- expect: insert: failed,wrong number of arguments to 'insert' | ok | ok
each("unpack", 1, table.unpack, function() return proxy {"a", "b", "c", "d"}, 2, 3 end) -- expect: unpack: ok,a,b,c,d | ok,b,c,d | ok,b,c
each("move", 1, function(...) -- expect: move: failed,absent_arguments_stay_absent.lua:89: bad argument #3 to 'move' (number expected, got no value) | failed,absent_arguments_stay_absent.lua:89: bad argument #4 to 'move' (number expected, got no value) | ok,1 2 3 4 2 3 | ok,1 2 3 4 5 6
  local list = {1, 2, 3, 4, 5, 6}
  table.move(proxy(list), ...)
  return table.concat(list, " ")
end, function() return 2, 3, 5, {} end)
each("sort", 0, function(...) -- expect: sort: ok,0 1 2 3 4 5 6 7 8 9 10 11 12 | ok,12 11 10 9 8 7 6 5 4 3 2 1 0
  local list = {3, 2, 5, 1, 4, 9, 8, 7, 12, 11, 10, 6, 0}
  table.sort(proxy(list), ...)
  return table.concat(list, " ")
end, function() return noisy(function(left, right) return left > right end) end)
each("sort", 0, function(...) -- expect: sort: ok,1 2 3 4 5 7 8 9 | ok,9 8 7 5 4 3 2 1
  local list = {}
  for index, rank in ipairs {3, 2, 5, 1, 4, 9, 8, 7} do list[index] = ranked(rank) end
  table.sort(list, ...)
  for index, object in ipairs(list) do list[index] = object.rank end
  return table.concat(list, " ")
end, function() return noisy(function(left, right) return left.rank > right.rank end) end)
each("max", 1, math.max, function() return ranked(1), ranked(3), ranked(2) end) -- expect: max: ok,table 1 | ok,table 3 | ok,table 3
each("min", 1, math.min, function() return ranked(2), ranked(3), ranked(1) end) -- expect: min: ok,table 2 | ok,table 2 | ok,table 1
each("gsub", 3, string.gsub, function() return "a b c", "%a", noisy(string.upper), 2 end) -- expect: gsub: ok,A B C,3 | ok,A B c,2
each("gsub", 3, string.gsub, function() return "a b c", "%a", proxy {a = "A", b = 1.5}, 2 end) -- expect: gsub: ok,A 1.5 c,3 | ok,A 1.5 c,2
each("format", 2, string.format, function() return "%s %s", proxy {}, proxy {}, proxy {} end) -- expect: format: failed,bad argument #3 to 'string.format' (no value) | ok,proxy proxy | ok,proxy proxy
each("tostring", 1, tostring, function() return proxy {}, proxy {} end) -- expect: tostring: ok,proxy | ok,proxy
each("pairs", 1, function(...) return select("#", pairs(...)) end, function() return proxy {}, proxy {} end) -- expect: pairs: ok,3 | ok,3
each("ipairs", 1, function(...) -- expect: ipairs: ok,2 | ok,2
  local count, step, state, first = 0, ipairs(...)
  return select("#", step(state, first))
end, function() return proxy {"a"}, proxy {} end)
each("time", 1, function(...) -- expect: time: ok,true | ok,true
  return os.time(...) == os.time {year = 2020, month = 1, day = 2, hour = 12}
end, function() return proxy {year = 2020, month = 1, day = 2}, {} end)
each("require", 1, function(name, ...) -- expect: require: ok,2,:preload: | ok,2,:preload:
  package.loaded[name] = nil
  package.preload[name] = noisy(function(...) return select("#", ...) end)
  return require(name, ...)
end, function() return "module", "more" end)
each("searcher", 1, function(name, ...) -- expect: searcher: ok,3 | ok,3
  package.loaded[name] = nil
  table.insert(package.searchers, 1, noisy(function(...)
    local count = select("#", ...)
    return function(...) return count + select("#", ...) end
  end))
  local module = require(name, ...)
  table.remove(package.searchers, 1)
  return module
end, function() return "module", "more" end)
local name = os.tmpname()
local file = io.open(name, "w")
file:write("return x, 'b', 'b'")
file:close()
each("dofile", 1, dofile, function() return name, "b", {} end) -- expect: dofile: ok,global,b,b | ok,global,b,b | ok,global,b,b
each("loadfile", 1, loadfile, function() return name, "t", {x = "given"} end) -- expect: loadfile: ok,function global | ok,function global | ok,function given
os.remove(name)
