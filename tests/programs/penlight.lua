-- Modules of Penlight: each is used for what it is there for.
local List = require "pl.List"
local OrderedMap = require "pl.OrderedMap"
local Set = require "pl.Set"
local MultiMap = require "pl.MultiMap"
local Date = require "pl.Date"
local class = require "pl.class"
local data = require "pl.data"
local array2d = require "pl.array2d"
local func = require "pl.func"
local lapp = require "pl.lapp"
local lexer = require "pl.lexer"
local permute = require "pl.permute"
local pretty = require "pl.pretty"
local seq = require "pl.seq"
local sip = require "pl.sip"
local stringio = require "pl.stringio"
local stringx = require "pl.stringx"
local strict = require "pl.strict"
local tablex = require "pl.tablex"
local template = require "pl.template"
local text = require "pl.text"
local types = require "pl.types"
local url = require "pl.url"
local utils = require "pl.utils"
local xml = require "pl.xml"
local comprehension = require "pl.comprehension".new()
local balanced = require "pl.luabalanced"
local operator = require "pl.operator"
local config = require "pl.config"
local input = require "pl.input"

local function section(name) print("---- " .. name) end

-- Prints what a function returns, or its error; of one with a traceback the message.
local function try(f)
  local results = table.pack(pcall(f))
  for i = 2, results.n do
    local text = tostring(results[i])
    results[i - 1] = text:match("^(.-)\nstack traceback:") or text
  end
  print(table.unpack(results, 1, results.n - 1))
end

section "pretty"
try(function() return pretty.write({1, 2, {3, "four", nested = {true, false}}, name = "x"}) end)
try(function() return pretty.write({"a", "b"}, "") end)
try(function() return pretty.write("a\n\"b\""), pretty.write(1.5), pretty.write(nil) end)
try(function() return pretty.write(pretty.read("{1, 2, x = {y = 'z'}}"), "") end)
try(function() return pretty.read("{os.exit()}") end)
try(function() return pretty.load("x = 1 y = {2}", {}).y[1] end)
try(function() return pretty.number(123456, "N"), pretty.number(123456789, "M"), pretty.number(1234567.5, "T") end)
local cycle = {} cycle[1] = cycle
try(function() return (pretty.write(cycle)) end)

section "template"
local page = [[
# for i, item in ipairs(items) do
  $(i). $(item.name:upper())$(item.price and (": " .. item.price) or "")
# end
total $(count)
]]
try(function() return template.substitute(page, {items = {{name = "one"}, {name = "two", price = 2.5}}, count = 2, ipairs = ipairs}) end)
try(function() return template.substitute("<a>@{x}</a>\n% if x then\nyes\n% end\n", {x = 5, _escape = "%", _brackets = "{}", _inline_escape = "@"}) end)
try(function() return template.substitute("$(nope.x)", {}) end)
try(function() return template.substitute("# for\n", {}) end)

section "List"
local list = List {10, 20, 5, 40}
try(function() return list, list:sorted(), list:reverse(), list:slice(2, 3), list:index(20), list:contains(7) end)
try(function() return list:map("_*2"), list:filter("_>9"), list:reduce("+"), list:partition(function(x) return x > 15 end)[true] end)
try(function() return List.range(1, 10, 3), List.split("a b c"), List("xyz"), list:count(5), list .. List {1} end)
try(function() return list == List {40, 5, 20, 10}, list:pop(), list:insert(1, 7), list:extend {8, 9}, list:remove(1), list:join("-") end)
try(function() return List {"b", "a"}:sort():transform(string.upper) end)

section "maps and sets"
local map = OrderedMap()
map:set("z", 1) map:set("a", 2) map:insert(1, "first", 0)
try(function() return map, map:keys(), map:values() end)
try(function() for key, value in map:iter() do io.write(key, "=", value, " ") end print() end)
local set = Set {1, 2, 3}
try(function() return set * Set {2, 3, 4} == Set {2, 3}, set + Set {9} == Set {1, 2, 3, 9}, set - Set {1} == Set {2, 3}, set ^ Set {3, 4} == Set {1, 2, 4} end)
try(function() return #set, Set {2} < set, Set.isdisjoint(set, Set {7}) end)
local multi = MultiMap()
multi:set("k", 1) multi:set("k", 2)
try(function() return List(multi.k) end)

section "class"
class.Animal()
function Animal:_init(name) self.name = name end
function Animal:__tostring() return self.name .. ": " .. self:speak() end
class.Dog(Animal)
function Dog:speak() return "bark" end
class.Cat(Animal)
function Cat:_init(name, breed) self:super(name) self.breed = breed end
function Cat:speak() return "meow" end
local dog, cat = Dog "Fido", Cat("Felix", "Tabby")
try(function() return dog, cat, dog:is_a(Animal), cat:is_a(Dog), Dog:class_of(dog), cat.breed, dog._name end)
class.Named {_init = function(self, n) self.n = n end, __eq = function(a, b) return a.n == b.n end, __lt = function(a, b) return a.n < b.n end}
try(function() return Named(1) == Named(1), Named(1) < Named(2), pcall(function() return Named(1) + 1 end) end)
class.Props(class.properties)
function Props:_init() self._v = 3 end
function Props:get_v() return self._v * 2 end
function Props:set_v(v) self._v = v end
local props = Props() props.v = 21
try(function() return props.v end)

section "data and array2d"
local csv = data.read(stringio.open("name,age,city\nann,30,x\nbob,25,y z\ncid,41,x\n"))
try(function() return csv.fieldnames, csv:column_by_name("age"), #csv end)
try(function() for name, age in csv:select("name, age where age > 26 sort by age") do print(name, age) end end)
csv:write_row(io.stdout, csv[2])
local matrix = array2d.new(3, 4, function(i, j) return i * 10 + j end)
array2d.write(matrix)
try(function() return List(array2d.column(matrix, 2)), array2d.reduce2("+", "max", matrix), array2d.flatten(matrix)[7] end)
array2d.forall(array2d.transform and array2d.transpose and array2d.transpose(matrix) or matrix, function(row, j) io.write(row[j], " ") end, print)

section "func and comprehension"
local _1, _2, I, register = func._1, func._2, func.I, func.register
try(function() return I(_1 + _2 * 2)(3, 4), I(_1:upper())("abc"), func.compose(math.sqrt, math.abs)(-16), func.bind(math.max, 10, _1)(3) end)
try(function() return tostring(func.repr and func.repr(_1 + 2 * _2) or ""), I(func.Len(_1))("four") end)
try(function() return List(comprehension "x*y for x=1,3 for y=x,3 if x~=2" ()), comprehension "sum(x^2 for x)" ({1, 2, 3}), comprehension "max(x for x)" {4, 9, 2} end)

section "lapp"
print(pretty.write(lapp([[
A program.
  -v, --verbose  says more
  -n, --number (default 5)
  -r, --ratio (number default 1.5)
  -k, --kind (one|two|three default one)
  <input> (string) what to read
  <rest...> (default nothing)
]], {"-v", "-n", "7", "--kind=two", "file", "a", "b"})))

section "lexer"
try(function() for kind, value in lexer.scan("alpha = sin(1.5e3) .. 'str' -- x\n/ 5", nil, {space = true}, {number = true, string = true}) do io.write(kind, ":", tostring(value), " ") end end)
try(function() return  end)
try(function() for kind, value in lexer.lua("local x <const> = [==[a]==] // 0x1F ~= 3", {}) do io.write(kind, ":", value, "|") end end)
try(function() return  end)
try(function() for kind, value in lexer.cpp("int x = 5; // y\nreturn x->y;", {space = true, comments = true}) do io.write(kind, ":", value, "|") end end)
try(function() return  end)

section "permute and seq"
try(function() for p in permute.iter {1, 2, 3} do io.write(table.concat(p), " ") end print() end)
try(function() return List(seq.copy(seq.filter(seq.range(1, 10), function(x) return x % 3 == 0 end))), seq.sum(seq.list {1, 2, 3}) end)
try(function() return seq {"a", "b", "c"}:map(string.upper):copy(), seq.reduce("*", seq.range(1, 5)), List(seq.copy(seq.take(seq.range(1, 100), 4))) end)
try(function() for a, b in seq.zip({1, 2}, {"x", "y"}) do io.write(a, b, " ") end end)
try(function() for a, b in seq.last(seq.list {1, 2, 3}) do io.write(a, "<", b, " ") end print() end)
try(function() return pretty.write(seq.count_map {"x", "y", "x"}, ""):gsub("%s", ""), List(seq.copy(seq.unique {1, 1, 2})):sorted() end)

section "sip"
local result = {}
try(function() return sip.match("$v{name} = $d{value}", "count = 42", result), result.name, result.value end)
try(function() return sip.compile("($i{a},$f{b})")("( 5 , 2.5 )", result), result.a, result.b end)
try(function() return sip.match("$S{who} says $q{what}", "he says 'no way'", result), result.who, result.what end)

section "stringx"
try(function() return stringx.strip("  x  "), stringx.split("a,b,c", ","), stringx.join("-", {1, 2}), stringx.partition("k=v=w", "=") end)
try(function() return stringx.lines("a\nb\n")(), stringx.center("x", 7, "*"), stringx.ljust("x", 4) .. "|", stringx.rjust("x", 4), stringx.expandtabs("a\tb", 4) end)
try(function() return stringx.startswith("hello", "he"), stringx.endswith("hello", {"lo", "x"}), stringx.count("abcabc", "bc"), stringx.replace("aXbX", "X", "-", 1), stringx.shorten("long string here", 8), stringx.quote_string("a'b\"c") end)
try(function() return stringx.isalpha("abc"), stringx.isdigit("12a"), stringx.title("hello world"), stringx.splitv("x y", " "), stringx.rfind("abab", "ab"), stringx.at("abc", 2) end)
try(function() return stringx.Template("$x and ${y} and $$"):substitute {x = 1, y = 2}, pcall(function() return stringx.Template("$z"):substitute {} end) end)

section "tablex"
try(function() return tablex.deepcompare({1, {2}}, {1, {2}}), List(tablex.map("+", {1, 2}, 5)), tablex.find({5, 6}, 6), List(tablex.keys {x = 1}), tablex.size {a = 1, b = 2} end)
try(function() return pretty.write(tablex.deepcopy {1, {x = 2}}, ""), tablex.reduce("..", {"a", "b"}), List(tablex.sub({1, 2, 3, 4}, 2, -2)), List(tablex.range(5, 1, -2)) end)
try(function() return pretty.write(tablex.index_map {"a"}, ""), List(tablex.merge({10, 20, 30}, {1, 2})), List(tablex.zip({1, 2}, {3, 4})[1]), tablex.compare_no_order({1, 2}, {2, 1}), pretty.write(tablex.pairmap(function(k, v) return k .. v end, {x = 1}), "") end)
try(function() for key, value in tablex.sort {b = 1, a = 2} do io.write(key, value, " ") end end)
try(function() for key, value in tablex.sortv {b = 1, a = 2} do io.write(key, value, " ") end print() end)

section "text"
try(function() return text.dedent("    a\n      b\n    c"), text.indent("x\ny", 2), text.fill("the quick brown fox jumps over it", 12), text.wrap("one two three four", 9) end)
text.format_operator()
try(function() return "%s = %d" % {"x", 5}, "$a $b" % {a = 1, b = 2}, "%5.2f" % math.pi end)

section "types, url, utils, xml, operator, config, input, balanced"
try(function() return types.type(List {}), types.is_callable(print), types.is_iterable {}, types.is_empty {}, types.to_bool("yes"), types.is_integer(3.0) end)
try(function() return url.quote("a b/c?d=é"), url.unquote("a%20b%2Fc"), url.quote("x+y z", true) end)
try(function() return utils.split("a, b,c", ",%s*"), utils.splitv("a b"), utils.escape("a.b*"), utils.choose(1 > 2, "x", "y"), utils.quote_arg and utils.quote_arg("it's") or "" end)
try(function() return utils.string_lambda("|x, y| x + y")(2, 3), pcall(utils.assert_arg, 1, 5, "string"), utils.memoize(function(x) return x .. "!" end)("m") end)
local document = xml.parse("<root a='1'><item id='x'>text &amp; more</item><empty/><!-- c --></root>", false, true)
try(function() return document, document.attr.a, #document, document:child_with_name("item"):get_text(), xml.tostring(document, "", "  ") end)
try(function() return document:match("<root><item id='$id'>$text</item></root>").id, xml.elem("p", {class = "c", "hello ", xml.elem("b", "bold")}) end)
try(function() return operator.add(1, 2), operator.optable["<="](1, 2), operator.index({5}, 1), operator.concat("a", 1) end)
local settings = config.read(stringio.open("# c\n[part]\nname = value\ncount=5\nlist=a,b\n"))
try(function() return settings.part.name, settings.part.count, List(settings.part.list) end)
try(function() for a, b in input.fields({1, 3}, " ", stringio.open("1 2 3\n4 5 6\n")) do print(a, b) end end)
try(function() return balanced.match_expression("(a + b) * c", 1), balanced.match_string("'quo\\'te' x"), balanced.match_namelist("a, b ,c = 1") end)

section "Date"
local date = Date {year = 2024, month = 2, day = 29, hour = 12, min = 30, sec = 15}
try(function() return date:year(), date:month(), date:day(), date:weekday_name(), date:month_name(true), date:is_weekend(), date:last_day():day() end)
try(function() return Date.Format("yyyy-mm-dd HH:MM:SS"):tostring(date), date:add {day = 1}, date:toUTC() end)
try(function() return Date.Format("dd/mm/yyyy"):parse("05/11/2023"), Date.Format():parse("2023-05-06T07:08:09Z"), Date.Format():parse("nonsense") end)
try(function() return Date {year = 2024, month = 3, day = 1} - Date {year = 2024, month = 1, day = 1}, Date {year = 2000} < Date {year = 2001} end)

section "strict"
local module = strict.module("m", {x = 1})
try(function() return pcall(function() return module.y end) end)
try(function() return pcall(function() return undefined_global end) end)
