-- Closures made of closures: small parsers put together into a grammar, with several results, nil for failure, and
-- tables of values.
-- After Hutton and Meijer, "Monadic parser combinators" (1996).
local N = tonumber(arg and arg[1]) or 3800
local function item(test)
  return function(s, i)
    local c = s:sub(i, i)
    if c ~= "" and test(c) then return c, i + 1 end
  end
end
local function bind(p, f)
  return function(s, i)
    local v, j = p(s, i)
    if j then return f(v)(s, j) end
  end
end
local function result(v) return function(_, i) return v, i end end
local function either(...)
  local parsers = { ... }
  return function(s, i)
    for _, p in ipairs(parsers) do
      local v, j = p(s, i)
      if j then return v, j end
    end
  end
end
local function many(p)
  return function(s, i)
    local list = {}
    while true do
      local v, j = p(s, i)
      if not j then return list, i end
      list[#list + 1] = v
      i = j
    end
  end
end
local function many1(p)
  return bind(p, function(first)
    return bind(many(p), function(rest)
      table.insert(rest, 1, first)
      return result(rest)
    end)
  end)
end
local function lazy(get) return function(s, i) return get()(s, i) end end
local spaces = many(item(function(c) return c == " " end))
local function token(p)
  return bind(p, function(v)
    return bind(spaces, function() return result(v) end)
  end)
end
local function symbol(c) return token(item(function(x) return x == c end)) end
local digit = item(function(c) return c >= "0" and c <= "9" end)
local letter = item(function(c) return c >= "a" and c <= "z" end)
local number = token(bind(many1(digit), function(digits) return result(tonumber(table.concat(digits))) end))
local name = token(bind(many1(letter), function(letters) return result(table.concat(letters)) end))
local function chain(p, operator)
  return bind(p, function(first)
    local rest = many(bind(operator, function(op)
      return bind(p, function(v) return result { op, v } end)
    end))
    return bind(rest, function(list)
      local value = first
      for _, pair in ipairs(list) do value = pair[1](value, pair[2]) end
      return result(value)
    end)
  end)
end
local function operator(c, f)
  return bind(symbol(c), function() return result(f) end)
end
local variables = { x = 3, y = 5, total = 11 }
local expression
local factor = either(number, bind(name, function(n) return result(variables[n] or 0) end),
  bind(symbol("("), function()
    return bind(lazy(function() return expression end), function(v)
      return bind(symbol(")"), function() return result(v) end)
    end)
  end))
local term = chain(factor, either(operator("*", function(a, b) return a * b % 10007 end),
  operator("/", function(a, b) return math.floor(a / (b == 0 and 1 or b)) end)))
expression = chain(term, either(operator("+", function(a, b) return a + b end), operator("-", function(a, b) return a - b end)))
local total = 0
for i = 1, N do
  local text = "1 + (x * " .. i .. " - y) / 2 * (3 + total * (" .. i % 10 .. " - 1)) - 100 * (4 - (2 + 1))"
  local value, stop = expression(text, 1)
  assert(stop == #text + 1, "not all of it was read")
  total = (total + value) % 1000000007
end
print(string.format("parser_combinators %d", total))
