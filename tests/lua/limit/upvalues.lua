-- heavy
local code = {}
for level = 0, 1 do
  for i = 1, 150 do
    code[#code + 1] = ("local u%d_%d = %d"):format(level, i, i) end if level == 0 then code[#code + 1] = "function f()"
  end
end
code[#code + 1] = "function g() return 0"
for level = 0, 1 do for i = 1, 130 do code[#code + 1] = (" + u%d_%d"):format(level, i) end end
code[#code + 1] = " end end"
print(select(2, load(table.concat(code, "\n"), "=c"))) -- expect: c:559: too many upvalues (limit is 255) in function at line 302 near '+'
