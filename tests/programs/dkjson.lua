-- JSON by dkjson, with the tests that come with it and documents of all kinds.
local json = require "dkjson"

local function show(value, indent)
  indent = indent or ""
  if type(value) ~= "table" then
    print(indent .. type(value) .. " " .. tostring(value))
    return
  end
  local keys = {}
  for key in pairs(value) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  for _, key in ipairs(keys) do
    print(indent .. tostring(key) .. ":")
    show(value[key], indent .. "  ")
  end
end

local documents = {
  "null", "true", "[]", "{}", "[1, 2.5, -3e10, 1e400, 0.1]", '"\\u00e9\\ud83d\\ude00\\n\\t\\"\\\\\\/"', '{"a": {"b": [null, {"c": false}]}}',
  "[1,", '{"a" 1}', "nul", '"open', "[1] 2", "/* comment */ [1 // x\n]", '{"a":1,"a":2}', "  [ \n ] ", "-", "[01]", '"\\ud800"',
}
for _, text in ipairs(documents) do
  local value, position, problem = json.decode(text, 1, nil)
  print(text, position, problem)
  show(value, "  ")
end

local ordered = setmetatable({z = 1, a = {1, 2, 3}, m = "text"}, {__jsonorder = {"z", "m", "a"}})
print(json.encode(ordered))
print(json.encode(ordered, {indent = true}))
print(json.encode({1, 2, {x = 5}}, {indent = true, level = 2}))
print(json.encode("\0\1\127\u{e9}\u{2028}\"\\"))
print(json.quotestring("a/b\n"))
for _, number in ipairs {0, -0.0, 1.5, 1e15, 1e16, 1e100, 2^53, -123456789, 0.1, 1/3, math.pi, math.maxinteger} do
  print(json.encode(number))
end
print(pcall(json.encode, {[{}] = 1}))
print(pcall(json.encode, print))
local cycle = {} cycle.self = cycle
print(pcall(json.encode, cycle))
print(json.encode(cycle, {exception = function(reason, value, state, message) return "\"" .. reason .. "\"" end}))
print(json.encode({f = print}, {exception = json.encodeexception}))
print(json.encode(setmetatable({}, {__tojson = function() return "custom" end})))
print(json.encode({json.null, n = 1}))
show(json.decode('{"a": null}', 1, json.null == nil and "" or "null"))

-- A document that is decoded and encoded again many times.
local document = {}
for i = 1, 300 do document[i] = {id = i, name = "item " .. i, tags = {"a", "b", i % 7}, ratio = i / 7} end
local order = {__jsonorder = {"id", "name", "ratio", "tags"}}
local text
for _ = 1, 5 do
  for _, item in ipairs(document) do setmetatable(item, order) end
  text = json.encode(document)
  document = json.decode(text)
end
print(#text, text:sub(1, 200))
