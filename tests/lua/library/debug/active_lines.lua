local function lines(f)
  local found = {}
  for line in pairs(debug.getinfo(f, "L").activelines) do found[#found + 1] = line end
  table.sort(found)
  return table.concat(found, " ")
end
local function of(source) print(lines(load(source))) end
of("") -- expect: 1
of("\n\nreturn 1\n\n") -- expect: 3
of("local a\n\nlocal b = 1\n\n-- c\n") -- expect: 1 3
of("f(\n1,\n2\n)") -- expect: 1 2 4
of("local t = {\n1,\n2,\n\nx = 3,\n}\n") -- expect: 1 2 3 5 6
of("t = {\nx = 3,\n\n}\n") -- expect: 1 2 4
of("if\nx()\nthen\ny = 1\nelse\ny = 2\nend\n") -- expect: 2 3 4 6 7
of("local a,\nb\n=\n1,\n2\n") -- expect: 4 5
of("if a and\nb or\nc then\nd = 1\nend") -- expect: 1 2 3 4 5
of("while a\ndo\nbreak\nend") -- expect: 1 3 4
print(debug.getinfo(print, "L").activelines) -- expect: nil
