local function split(s, sep)
  local t = {} for piece in (s .. sep):gmatch("(.-)" .. sep:gsub("%p", "%%%0")) do t[#t + 1] = piece end return t
end
print(table.concat(split("a,b,,c", ","), "|"), #split("", ",")) -- expect: a|b||c	1
print(table.concat(split("1.2.3", "."), "|"), table.concat(split("a--b--c", "--"), "|"))
-- expect: 1|2|3	a|b|c
