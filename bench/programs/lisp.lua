-- A small interpreter of lists: reader by patterns, environments that inherit through __index, recursion in recursion.
-- After McCarthy, "Recursive functions of symbolic expressions and their computation by machine" (1960).
local N = tonumber(arg and arg[1]) or 24
local function parse(text)
  local stack, list = {}, {}
  for token in text:gmatch("[()]") and text:gsub("([()])", " %1 "):gmatch("%S+") do
    if token == "(" then
      stack[#stack + 1] = list
      list = {}
    elseif token == ")" then
      local outer = table.remove(stack)
      outer[#outer + 1] = list
      list = outer
    else
      list[#list + 1] = tonumber(token) or token
    end
  end
  return list
end
local globals = {}
local special = {}
local function eval(x, env)
  local t = type(x)
  if t == "string" then
    local v = env[x]
    if v == nil then error("unbound symbol " .. x) end
    return v
  elseif t ~= "table" then
    return x
  end
  local head = x[1]
  local form = special[head]
  if form then return form(x, env) end
  local f = eval(head, env)
  local arguments = {}
  for i = 2, #x do arguments[i - 1] = eval(x[i], env) end
  return f((table.unpack or unpack)(arguments))
end
special["quote"] = function(x) return x[2] end
special["if"] = function(x, env)
  if eval(x[2], env) then return eval(x[3], env) end
  return eval(x[4], env)
end
special["define"] = function(x, env)
  local value = eval(x[3], env)
  env[x[2]] = value
  return value
end
special["lambda"] = function(x, env)
  local names, body = x[2], x[3]
  local meta = { __index = env }
  return function(...)
    local inner = setmetatable({}, meta)
    for i, name in ipairs(names) do inner[name] = (select(i, ...)) end
    return eval(body, inner)
  end
end
special["let"] = function(x, env)
  local inner = setmetatable({}, { __index = env })
  for _, pair in ipairs(x[2]) do inner[pair[1]] = eval(pair[2], env) end
  return eval(x[3], inner)
end
globals["+"] = function(a, b) return a + b end
globals["-"] = function(a, b) return a - b end
globals["*"] = function(a, b) return a * b end
globals["<"] = function(a, b) return a < b end
globals["="] = function(a, b) return a == b end
globals["cons"] = function(a, b) return { a, b } end
globals["car"] = function(p) return p[1] end
globals["cdr"] = function(p) return p[2] end
globals["nil"] = false
globals["null?"] = function(p) return p == false end
local program = [[
(define fib (lambda (n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2))))))
(define range (lambda (a b) (if (< b a) nil (cons a (range (+ a 1) b)))))
(define map (lambda (f l) (if (null? l) nil (cons (f (car l)) (map f (cdr l))))))
(define fold (lambda (f z l) (if (null? l) z (fold f (f z (car l)) (cdr l)))))
(define compose (lambda (f g) (lambda (x) (f (g x)))))
(define tak (lambda (x y z) (if (< y x) (tak (tak (- x 1) y z) (tak (- y 1) z x) (tak (- z 1) x y)) z)))
]]
for _, form in ipairs(parse(program)) do eval(form, globals) end
local function run(text)
  local result
  for _, form in ipairs(parse(text)) do result = eval(form, globals) end
  return result
end
local total = run("(fib " .. N .. ")")
for i = 1, N * 8 do
  total = total + run("(let ((k " .. i .. ") (f (compose (lambda (x) (* x x)) (lambda (x) (+ x 1)))))"
    .. " (fold + k (map f (range 1 40))))") % 1000003
end
total = total + run("(tak 9 5 2)")
print(string.format("lisp %d", total))
