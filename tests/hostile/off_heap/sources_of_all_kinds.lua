-- hostile: fuel=500M memory=24M expect=ok
-- The compiler's working memory: one long construct of each kind, whole and from a reader, up to the limit.
local long = {
  function(n) return ("a = 1 "):rep(n) end,
  function(n) return "return " .. ("a + "):rep(n) .. "a" end,
  function(n) return "return {" .. ("1, "):rep(n) .. "}" end,
  function(n) return "return {" .. ("x = 1, "):rep(n) .. "}" end,
  function(n) return "return a" .. (".b"):rep(n) end,
  function(n) return "return a" .. ("()"):rep(n) end,
  function(n) return ("do local a <const> = 'v' end "):rep(n) end,
  function(n) return ("if a then b() elseif c then d() end "):rep(n) end,
  function(n) return ("for i = 1, 2 do end "):rep(n) end,
  function(n) return ("while a do break end "):rep(n) end,
  function(n) return ("do goto l ::l:: end "):rep(n) end,
  function(n) return "return '" .. ("\\x41"):rep(n) .. "'" end,
  function(n) return "--[[" .. ("c"):rep(n) .. "]] return [==[" .. ("s"):rep(n) .. "]==]" end,
  function(n) return "return " .. ("not "):rep(n) .. "a" end,
  function(n) return "return " .. ("("):rep(n) .. "a" .. (")"):rep(n) end,
  function(n) return ("function f(a, b) return function() return a end end "):rep(n) end,
  function(n) return "return " .. ("a and b or "):rep(n) .. "c" end,
  function(n) return "return " .. ("'k' .. "):rep(n) .. "'e'" end,
  function(n) return ("local x = 5 "):rep(n) end,
  function(n) return ("x = " .. "'"):rep(n) end,
}
local kept = {}
for _, n in ipairs{ 10, 1000, 15000, 60000 } do
  for number, make in ipairs(long) do
    local fine, source = pcall(make, n)
    if fine then
      local fine, f = pcall(load, source)
      kept[number] = fine and f or nil
      local at = 0
      pcall(load, function() at = at + 1 return source:sub(at * 5000 - 4999, at * 5000) end, "=reader")
    end
    if n > 20000 then kept = {} end
  end
end
print("ok")
