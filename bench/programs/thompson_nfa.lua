-- Sets of states as lists, and objects as keys: regular expressions compiled to graphs and run over texts without going
-- back.
-- After Thompson, "Regular expression search algorithm" (1968).
local N = tonumber(arg and arg[1]) or 52
local function compile(pattern)
  local at = 1
  local function peek() return pattern:sub(at, at) end
  local count = 0
  local function state(kind, set)
    count = count + 1
    return { kind = kind, set = set, id = count }
  end
  local alternation
  local function atom()
    local c = peek()
    at = at + 1
    if c == "(" then
      local fragment = alternation()
      assert(peek() == ")", "no closing parenthesis")
      at = at + 1
      return fragment
    end
    local set
    if c == "[" then
      set = {}
      while peek() ~= "]" do
        local from = peek()
        at = at + 1
        local to = from
        if peek() == "-" then
          to = pattern:sub(at + 1, at + 1)
          at = at + 2
        end
        for b = from:byte(), to:byte() do set[b] = true end
      end
      at = at + 1
    elseif c == "." then
      set = setmetatable({}, { __index = function(_, b) return b ~= 10 end })
    else
      set = { [c:byte()] = true }
    end
    local s = state("byte", set)
    return { start = s, out = { { s, "next" } } }
  end
  local function patch(fragment, target)
    for _, hole in ipairs(fragment.out) do hole[1][hole[2]] = target end
  end
  local function repetition()
    local fragment = atom()
    while true do
      local c = peek()
      if c == "*" then
        local split = state("split")
        split.next = fragment.start
        patch(fragment, split)
        fragment = { start = split, out = { { split, "other" } } }
      elseif c == "+" then
        local split = state("split")
        split.next = fragment.start
        patch(fragment, split)
        fragment = { start = fragment.start, out = { { split, "other" } } }
      elseif c == "?" then
        local split = state("split")
        split.next = fragment.start
        fragment.out[#fragment.out + 1] = { split, "other" }
        fragment = { start = split, out = fragment.out }
      else
        return fragment
      end
      at = at + 1
    end
  end
  local function sequence()
    local fragment = repetition()
    while at <= #pattern and peek() ~= "|" and peek() ~= ")" do
      local following = repetition()
      patch(fragment, following.start)
      fragment = { start = fragment.start, out = following.out }
    end
    return fragment
  end
  function alternation()
    local fragment = sequence()
    while peek() == "|" do
      at = at + 1
      local other = sequence()
      local split = state("split")
      split.next, split.other = fragment.start, other.start
      for _, hole in ipairs(other.out) do fragment.out[#fragment.out + 1] = hole end
      fragment = { start = split, out = fragment.out }
    end
    return fragment
  end
  local whole = alternation()
  local accept = state("accept")
  patch(whole, accept)
  return whole.start
end
local function add(list, seen, s, step)
  if not s or seen[s] == step then return end
  seen[s] = step
  if s.kind == "split" then
    add(list, seen, s.next, step)
    add(list, seen, s.other, step)
  else
    list[#list + 1] = s
  end
end
local function matches(start, text)
  local current, following, seen, step = {}, {}, {}, 1
  add(current, seen, start, step)
  for i = 1, #text do
    step = step + 1
    local b = text:byte(i)
    for j = 1, #current do
      local s = current[j]
      if s.kind == "byte" and s.set[b] then add(following, seen, s.next, step) end
    end
    current, following = following, current
    for j = #following, 1, -1 do following[j] = nil end
    if #current == 0 then return false end
  end
  for _, s in ipairs(current) do
    if s.kind == "accept" then return true end
  end
  return false
end
local expressions = {
  "(a|b)*abb", "[a-z]+@[a-z]+(.com|.org)", "((a?)(a?)(a?)(a?)(a?)(a?)(a?)(a?)aaaaaaaa)", "(0|1(01*0)*1)*", "[0-9]+(,[0-9]+)*", ".*x.*y.*z.*",
}
local texts = {}
for i = 1, 60 do
  texts[#texts + 1] = ("ab"):rep(i % 9) .. "abb"
  texts[#texts + 1] = ("name"):rep(i % 4 + 1) .. "@host" .. (i % 2 == 0 and ".com" or ".net")
  texts[#texts + 1] = ("a"):rep(i % 17)
  local n, binary = i * 7 % 301, ""
  repeat
    binary = n % 2 .. binary
    n = math.floor(n / 2)
  until n == 0
  texts[#texts + 1] = binary
  texts[#texts + 1] = i .. "," .. i * 2 .. "," .. i * 3
  texts[#texts + 1] = "some x and then " .. ("y"):rep(i % 3) .. " before z" .. ("!"):rep(i % 5)
end
local found, check = 0, 0
for round = 1, N do
  for e, expression in ipairs(expressions) do
    local start = compile(expression)
    for i = (round + e) % 2 + 1, #texts, 2 do
      if matches(start, texts[i]) then
        found = found + 1
        check = (check * 31 + e * 1000 + i) % 1000000007
      end
    end
  end
end
print(string.format("thompson_nfa %d %d", found, check))
