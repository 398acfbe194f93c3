local names = {}
for _, n in ipairs {
  "assert", "collectgarbage", "dofile", "error", "getmetatable", "ipairs", "load", "loadfile", "next", "pairs",
  "pcall", "print", "rawequal", "rawget", "rawlen", "rawset", "require", "select", "setmetatable", "tonumber",
  "tostring", "type", "warn", "xpcall",
} do
  if type(_G[n]) ~= "function" then names[#names + 1] = n end
end
print(#names, table.concat(names, " ") == "") -- expect: 0	true
for _, n in ipairs {
  "coroutine", "io", "math", "os", "package", "string", "table", "utf8",
} do
  print(n, type(_G[n]), package.loaded[n] == _G[n])
  -- expect: coroutine	table	true
  -- expect: io	table	true
  -- expect: math	table	true
  -- expect: os	table	true
  -- expect: package	table	true
  -- expect: string	table	true
  -- expect: table	table	true
  -- expect: utf8	table	true
end
print(unpack, loadstring, setfenv, module, table.getn, string.gfind) -- expect: nil	nil	nil	nil	nil	nil
