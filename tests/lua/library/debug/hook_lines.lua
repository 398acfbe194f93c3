-- A line hook is called at each new line, and at each jump back.
local lines = {}
local function trace(source)
  lines = {}
  local chunk = load(source)
  debug.sethook(function(event, line) lines[#lines + 1] = line end, "l")
  chunk()
  debug.sethook()
  table.remove(lines)
  print(table.concat(lines, " "))
end
trace("x = 1\nrepeat\n  x = x + 1\nuntil x == 3\nx = nil") -- expect: 7 1 3 4 3 4 5
trace("for i = 1, 3 do\n  x = i\nend\nx = nil") -- expect: 7 1 2 1 2 1 2 1 4
trace("local function f()\n  x = 1\nend\nf()\nx = nil") -- expect: 7 3 4 2 3 5
trace("for i = 1, 4 do x = i end x = nil") -- expect: 7 1 1 1 1
