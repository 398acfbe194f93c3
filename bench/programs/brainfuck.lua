-- A compiler to Lua: source text made piece by piece, loaded, and run; loops over a tape of small numbers.
-- After Urban Müller's language of 1993.
local N = tonumber(arg and arg[1]) or 200
local load = loadstring or load
local function compile(program)
  local out, depth = { "local get, put = ...\nlocal t, p = {}, 0\nfor i = 0, 99 do t[i] = 0 end\n" }, 0
  program = program:gsub("[^%+%-<>%[%]%.,]", "")
  local i = 1
  while i <= #program do
    local op = program:sub(i, i)
    local run = program:match("^" .. (op:match("[%[%]%.,]") and "%" .. op or "%" .. op .. "+"), i)
    local indent = ("  "):rep(depth)
    if op == "+" then
      out[#out + 1] = indent .. "t[p] = (t[p] + " .. #run .. ") % 256"
    elseif op == "-" then
      out[#out + 1] = indent .. "t[p] = (t[p] - " .. #run .. ") % 256"
    elseif op == ">" then
      out[#out + 1] = indent .. "p = p + " .. #run
    elseif op == "<" then
      out[#out + 1] = indent .. "p = p - " .. #run
    elseif op == "[" then
      out[#out + 1] = indent .. "while t[p] ~= 0 do"
      depth = depth + 1
    elseif op == "]" then
      depth = depth - 1
      out[#out + 1] = ("  "):rep(depth) .. "end"
    elseif op == "." then
      out[#out + 1] = indent .. "put(t[p])"
    elseif op == "," then
      out[#out + 1] = indent .. "t[p] = get()"
    end
    i = i + #run
  end
  return assert(load(table.concat(out, "\n")))
end
-- a triangle of stars, then loops in loops that count
local triangle = [==[
++++++[>++++++++++<-]>[<+>-] sixty rows
>++++++++++ the end of a line
>++++++++++++++++++++++++++++++++++++++++++ the star
<<<[>+[>>>+>+<<<<-]>>>>[<<<<+>>>>-]<[<.>-]<<.<<-]
]==]
local loops = [==[
+++++++++++[>+++++++++++++[>+++++++++++[>+++++++++++++++[>+>++<<-]<-]<-]<-]
>>>>.>.<<<<< and a cell that goes round: >>>>>>[-]-[<+>-]<.
]==]
local total, count = 0, 0
for round = 1, N do
  for _, program in ipairs { triangle, loops } do
    local run = compile(program)
    local out = {}
    run(function() return 0 end, function(b) out[#out + 1] = string.char(b) end)
    local text = table.concat(out)
    count = count + #text
    for i = 1, #text do total = (total * 31 + text:byte(i)) % 1000000007 end
  end
end
print(string.format("brainfuck %d %d", count, total))
