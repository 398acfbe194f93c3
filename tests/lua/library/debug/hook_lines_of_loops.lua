local function trace(source)
  local lines = {}
  debug.sethook(function(_, line) lines[#lines + 1] = line end, "l")
  load(source)()
  debug.sethook()
  lines[#lines] = nil
  print(table.concat(lines, " ", 2))
end
trace("for _, x in ipairs {\n1,\n2\n} do\nlocal y = x\nend\n") -- expect: 1 2 4 1 4 5 1 5 1 6
trace("for i = 1, 2 do\ni = i * 2\nlocal y = i\nend") -- expect: 1 2 3 1 2 3 1 4
trace("local i = 0\nrepeat\ni = i + 1\nif i == 2 then break end\nuntil false") -- expect: 1 3 4 5 3 4 5
trace("if nil then\nx = 1\nelse\nlocal y\nend\nreturn") -- expect: 1 4 6
trace("local t = setmetatable({}, { __close = function() end })\ndo\nlocal x <close> = t\nlocal y\nend\nreturn") -- expect: 1 3 4 1 6
trace("local function f(a)\nlocal b = function() a = a + 1 return a end\nreturn b\nend\nf(1)()") -- expect: 4 5 2 3 2
