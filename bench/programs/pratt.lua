-- A tokenizer that tries one pattern after the other, and a parser whose rules are closures in tables.
-- After Pratt, "Top down operator precedence" (1973).
local N = tonumber(arg and arg[1]) or 4500
local patterns = {
  { "space", "^%s+" }, { "comment", "^#[^\n]*" }, { "float", "^%d+%.%d+" }, { "hex", "^0x%x+" }, { "integer", "^%d+" },
  { "name", "^[%a_][%w_]*" }, { "string", "^\"[^\"]*\"" }, { "power", "^%*%*" }, { "le", "^<=" }, { "ge", "^>=" }, { "eq", "^==" },
  { "ne", "^!=" }, { "and", "^&&" }, { "or", "^||" }, { "lt", "^<" }, { "gt", "^>" }, { "plus", "^%+" }, { "minus", "^%-" },
  { "times", "^%*" }, { "over", "^/" }, { "mod", "^%%" }, { "open", "^%(" }, { "close", "^%)" }, { "comma", "^," }, { "not", "^!" },
  { "question", "^%?" }, { "colon", "^:" },
}
local function tokenize(source)
  local tokens, at = {}, 1
  while at <= #source do
    local kind, from, to
    for _, rule in ipairs(patterns) do
      from, to = source:find(rule[2], at)
      if from then
        kind = rule[1]
        break
      end
    end
    if not kind then error("unexpected character at " .. at) end
    if kind ~= "space" and kind ~= "comment" then
      tokens[#tokens + 1] = { kind = kind, text = source:sub(from, to), at = at }
    end
    at = to + 1
  end
  tokens[#tokens + 1] = { kind = "end", text = "", at = at }
  return tokens
end
local prefix, infix, power = {}, {}, {}
local tokens, position
local function take()
  local token = tokens[position]
  position = position + 1
  return token
end
local function expect(kind)
  local token = take()
  assert(token.kind == kind, "unexpected token")
  return token
end
local function expression(minimum)
  local token = take()
  local left = assert(prefix[token.kind], "not the beginning of an expression")(token)
  while (power[tokens[position].kind] or 0) > minimum do
    token = take()
    left = infix[token.kind](left, token)
  end
  return left
end
local function number(token)
  local value = tonumber(token.text)
  return function() return value end
end
prefix.integer, prefix.float, prefix.hex = number, number, number
prefix.name = function(token)
  local name = token.text
  return function(env) return env[name] end
end
prefix.string = function(token)
  local length = #token.text - 2
  return function() return length end
end
prefix.minus = function()
  local operand = expression(8)
  return function(env) return -operand(env) end
end
prefix["not"] = function()
  local operand = expression(8)
  return function(env) return operand(env) == 0 and 1 or 0 end
end
prefix.open = function()
  local inner = expression(0)
  expect("close")
  return inner
end
local function binary(kind, level, combine, is_right)
  power[kind] = level
  infix[kind] = function(left)
    local right = expression(is_right and level - 1 or level)
    return function(env) return combine(left(env), right(env)) end
  end
end
local function flag(b) return b and 1 or 0 end
binary("or", 2, function(a, b) return flag(a ~= 0 or b ~= 0) end)
binary("and", 3, function(a, b) return flag(a ~= 0 and b ~= 0) end)
binary("eq", 4, function(a, b) return flag(a == b) end)
binary("ne", 4, function(a, b) return flag(a ~= b) end)
binary("lt", 5, function(a, b) return flag(a < b) end)
binary("le", 5, function(a, b) return flag(a <= b) end)
binary("gt", 5, function(a, b) return flag(a > b) end)
binary("ge", 5, function(a, b) return flag(a >= b) end)
binary("plus", 6, function(a, b) return a + b end)
binary("minus", 6, function(a, b) return a - b end)
binary("times", 7, function(a, b) return a * b % 65521 end)
binary("over", 7, function(a, b) return math.floor(a / (b == 0 and 1 or b)) end)
binary("mod", 7, function(a, b) return a % (b == 0 and 1 or b) end)
binary("power", 9, function(a, b) return a ^ (b % 3) end, true)
power.question = 1
infix.question = function(condition)
  local yes = expression(0)
  expect("colon")
  local no = expression(0)
  return function(env) return condition(env) ~= 0 and yes(env) or no(env) end
end
power.open = 10
infix.open = function(callee)
  local arguments = {}
  if tokens[position].kind ~= "close" then
    repeat
      arguments[#arguments + 1] = expression(0)
      local token = take()
      assert(token.kind == "comma" or token.kind == "close")
    until token.kind == "close"
  else
    take()
  end
  return function(env)
    local values = {}
    for i = 1, #arguments do values[i] = arguments[i](env) end
    return callee(env)((table.unpack or unpack)(values))
  end
end
local sources = {
  "a + b * 3 - (c % 7) ** 2 # a comment",
  "max(a, b, c) >= min(a * 2, 0x1F) && !(c == 4) || a / 3.25 < 100",
  "a < b ? \"yes\" + 1 : -b * -(c - 12) + max(1, 2, 3 + a % 5)",
  "((((a + 1) * 2 + 3) * 4 + 5) % 1000 + b) != c ? 1 : 0",
}
local env, total = { max = math.max, min = math.min }, 0
for i = 1, N do
  tokens, position = tokenize(sources[i % 4 + 1]), 1
  local f = expression(0)
  for j = 1, 40 do
    env.a, env.b, env.c = i, j, i % j
    total = (total + f(env)) % 1000003
  end
end
print(string.format("pratt %d", total))
