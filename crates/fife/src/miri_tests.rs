//! Short scripts through the whole machine, for Miri: it sees the unsafe islands work together, which no test of
//! one of them does. They run as ordinary tests too.
//!
//! Each step is short, and a slice of collection with poisoned memory follows: so stacks, tables and upvalues are
//! traced, moved and freed in the middle of everything. What the scripts compute is tested in `tests/scripts.rs`;
//! here it only has to be enough to reach the code. No `^`: Miri has `powf` err at random. To run them:
//! `FIFE_MIRI_FULL=1 MIRIFLAGS=-Zmiri-strict-provenance cargo +nightly miri test -p fife --lib -- miri`

use crate::arena::{Collect, Gc, Lock};
use crate::gc::{Call, Context, Error, Executor, Function, Poll, Reply, Sequence, Table, UserData, Value};
use crate::{Fuel, Libraries, Limits, Lua, Stepped, Task, native, userdata_type};

/// Whether Miri is to take minutes and not half an hour: CI does some of the tests, in longer steps. `.ci/long` does
/// all.
const IS_SHORT: bool = cfg!(miri) && option_env!("FIFE_MIRI_FULL").is_none();

/// What a step may do: a few instructions.
const SLICE_FUEL: u64 = if IS_SHORT { 400 } else { 90 };

/// The least slice of collection that a host is meant to ask for.
const SLICE_WORK: usize = 4096;

fn machine() -> Lua {
    let mut lua = Lua::new();
    lua.set_poison(true);
    lua
}

fn show(value: &Value<'_>) -> String {
    match value {
        Value::Nil => "nil".to_owned(),
        Value::Boolean(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
        Value::Number(value) => value.to_string(),
        Value::String(text) => String::from_utf8_lossy(text.as_bytes()).into_owned(),
        other => other.type_name().to_owned(),
    }
}

/// Runs a task to its end in steps of this fuel with collection between them.
fn run(lua: &mut Lua, task: &Task, fuel: u64) -> Stepped {
    loop {
        let stepped = lua.step(task, &mut Fuel::with(fuel));
        if matches!(stepped, Stepped::Finished | Stepped::Failed) {
            return stepped;
        }
        lua.collect_step(SLICE_WORK);
    }
}

/// Runs a task to its end in short steps with collection after each, the last one, too.
fn finish(lua: &mut Lua, task: &Task) -> Stepped {
    let stepped = run(lua, task, SLICE_FUEL);
    lua.collect_step(SLICE_WORK);
    stepped
}

fn results(lua: &mut Lua, task: &Task) -> String {
    lua.enter(|ctx| task.fetch(ctx).unwrap().results().iter().map(show).collect::<Vec<_>>().join(" "))
}

#[track_caller]
fn expect(lua: &mut Lua, script: &str, expected: &str) {
    expect_after(finish, lua, script, expected);
}

#[track_caller]
fn expect_after(end: fn(&mut Lua, &Task) -> Stepped, lua: &mut Lua, script: &str, expected: &str) {
    let task = lua.load(script).name("=miri").start(()).expect("there is memory");
    let stepped = end(lua, &task);
    assert!(stepped == Stepped::Finished, "{:?}: {script}", task.error(lua));
    assert_eq!(results(lua, &task), expected, "{script}");
}

/// Scripts and what they return.
type Scripts = &'static [(&'static str, &'static str)];

/// Runs scripts in one machine. No full collection at the end: under Miri that takes as long as the scripts.
#[track_caller]
fn check(cases: Scripts) {
    let mut lua = machine();
    for (script, expected) in cases {
        expect(&mut lua, script, expected);
    }
}

/// For Miri in CI: with the other tests that `.ci/run` names they reach nine tenths of what all tests here reach of the
/// files with unsafe code, by the coverage of each script alone (`-Cinstrument-coverage`, with `--cfg miri`). They share
/// a machine, since to make one and to mark it for the first time takes as long as three scripts; and few of them last
/// for several steps.
#[test]
fn chosen_scripts() {
    let chosen: [(Scripts, &[usize]); 12] = [
        (CLOSURES_AND_CELLS, &[1, 3]),
        (ARRAYS, &[1, 2, 4]),
        (NODES, &[1, 2, 5]),
        (STRINGS, &[1, 2, 4]),
        (CALLS, &[0, 1]),
        (METAMETHODS, &[0, 5]),
        (ERRORS, &[1, 4]),
        (COROUTINES, &[3, 4, 5]),
        (CLOSING, &[4]),
        (LOOPS, &[0, 1, 2]),
        (LIBRARY_SEQUENCES, &[4]),
        (WEAK_METATABLES, &[1]),
    ];
    let mut lua = machine();
    for (script, expected) in chosen.iter().flat_map(|(scripts, few)| few.iter().map(|index| scripts[*index])) {
        expect_after(|lua, task| run(lua, task, 1000), &mut lua, script, expected);
    }
}

const CLOSURES_AND_CELLS: Scripts = &[
    (
        "local function counter() local n = 0 return function() n = n + 1 return n end end \
          local a, b = counter(), counter() a() a() b() return a(), b()",
        "3 2",
    ),
    (
        "local fs = {} for i = 1, 4 do local j = i * 10 fs[i] = function(d) j = j + (d or 0) return j, i end end \
          fs[2](5) return fs[2](), fs[4]()",
        "25 40 4",
    ),
    ("local function make(a, b, c) return function() return a .. b .. c end end return make('x', 1, 2.5)()", "x12.5"),
    (
        "local t = {} do local shared = 'old' t.set = function(v) shared = v end t.get = function() return shared end end \
          t.set({}) t.set('new') return t.get()",
        "new",
    ),
    ("local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end return fib(7)", "13"),
    (
        "local up = 1 local function outer() return function() up = up + 1 return up end end \
          return outer()(), outer()(), up",
        "2 3 3",
    ),
];

#[test]
fn closures_and_cells() {
    check(CLOSURES_AND_CELLS);
}

const ARRAYS: Scripts = &[
    (
        "local t = {} for i = 1, 40 do t[i] = i end local s = 0 for _, v in ipairs(t) do s = s + v end return s, #t",
        "820 40",
    ),
    ("local t = {1, 2, 3, 'a', 'b', nil, 7} t[#t + 1] = {} return t[4], t[7], #t[8]", "a 7 0"),
    ("local t = {} for i = 10, 1, -1 do t[i] = i end return #t, t[1], t[10]", "10 1 10"),
    ("local t = {1, 2, 3, 4, 5, 6} for i = 6, 2, -1 do t[i] = nil end return #t, next(t)", "1 1 1"),
    (
        "local t = {} table.insert(t, 'c') table.insert(t, 1, 'a') table.insert(t, 2, 'b') \
          local r = table.remove(t, 1) return r, table.concat(t, '-'), table.unpack(t)",
        "a b-c b c",
    ),
    ("local t = table.move({1, 2, 3}, 1, 3, 3, {9, 9}) return table.unpack(t)", "9 9 1 2 3"),
];

#[test]
fn arrays() {
    check(ARRAYS);
}

const NODES: Scripts = &[
    (
        "local t = {} for i = 1, 30 do t['k' .. i] = {i} end local s = 0 for k, v in pairs(t) do s = s + v[1] end return s",
        "465",
    ),
    (
        "local t = {} for i = 1, 12 do t['k' .. i] = i end for k in pairs(t) do t[k] = nil end \
          t.other = 1 return next(t)",
        "other 1",
    ),
    (
        "local t = {} local k = {} t[k] = 'table' t[print] = 'native' t[1.5] = 'float' t[true] = 'yes' t[-1] = 'minus' \
          t[9007199254740992.0] = 'big' return t[k], t[print], t[1.5], t[true], t[-1], t[1 << 53], t[false]",
        "table native float yes minus big nil",
    ),
    (
        "local t = {x = 1, y = 2, 10, 20} t.z = t.x + t.y t.x = nil local n = 0 for _ in next, t do n = n + 1 end \
          return n, t.z, rawlen(t)",
        "4 3 2",
    ),
    (
        "local t = {} for i = 1, 8 do t[{}] = i end local n = 0 for k in pairs(t) do t[k] = nil n = n + 1 end \
          for i = 1, 8 do t[{}] = i end return n",
        "8",
    ),
    ("local long = ('k'):rep(50) local t = {[long] = 1} t[('k'):rep(50)] = 2 return t[long]", "2"),
];

#[test]
fn nodes() {
    check(NODES);
}

const STRINGS: Scripts = &[
    ("local s = '' for i = 1, 12 do s = s .. i .. ',' end return s, #s", "1,2,3,4,5,6,7,8,9,10,11,12, 27"),
    (
        "local a, b = ('ab'):rep(30), ('ab'):rep(30) return a == b, a .. 'c' == b, #(a .. b .. a), a < b .. 'x'",
        "true false 180 true",
    ),
    ("return 1 .. '', 1.5 .. '|' .. -0.0, 'x' .. 'y' .. 1 .. 2 .. 3", "1 1.5|-0.0 xy123"),
    (
        "local s = 'hello world' return s:sub(2, -3), s:upper(), s:byte(1, 2), s:reverse()",
        "ello wor HELLO WORLD 104 dlrow olleh",
    ),
    ("return ('key = value'):match('^(%w+)%s*=%s*(%w+)$')", "key value"),
    ("return ('%5.2f|%-5d|%q|%s'):format(3.14159, 42, 'a\\nb', true)", " 3.14|42   |\"a\\\nb\"|true"),
    ("return string.pack('<i4z', 7, 'xy'):byte(1, -1)", "7 0 0 0 120 121 0"),
    (
        "return (string.unpack('<i4', string.pack('<i4', -2))), tostring(12), tonumber('0x10'), utf8.char(228, 8364)",
        "-2 12 16 ä€",
    ),
];

#[test]
fn strings() {
    check(STRINGS);
}

const CALLS: Scripts = &[
    (
        "local function f(...) local a, b = ... return select('#', ...), b, a, ... end return f(1, nil, 3)",
        "3 nil 1 1 nil 3",
    ),
    (
        "local function pack(...) return {n = select('#', ...), ...} end local t = pack(pack(1, 2).n, nil, 5) \
          return t.n, t[1], t[3]",
        "3 2 5",
    ),
    (
        "local function loop(n, acc) if n == 0 then return acc end return loop(n - 1, acc + n) end return loop(30, 0)",
        "465",
    ),
    ("local function deep(n) if n == 0 then return 0 end return 1 + deep(n - 1) end return deep(60)", "60"),
    (
        "local function many(n) local t = {} for i = 1, n do t[i] = i end return table.unpack(t) end \
          return select('#', many(80)), (many(3))",
        "80 1",
    ),
    (
        "local t = {v = 2} function t:add(a, ...) self.v = self.v + a return self, ... end \
          local o, x = t:add(3, 'x') return o.v, x, t:add(1).v",
        "5 x 6",
    ),
    ("local function tail(...) return select(2, ...) end return tail(1, 2, 3)", "2 3"),
    (
        "goto done do return 1 end ::done:: local i = 0 repeat local j = i i = i + 1 until j > 3 while i > 0 do i = i - 2 end \
          return i",
        "-1",
    ),
];

#[test]
fn calls() {
    check(CALLS);
}

const METAMETHODS: Scripts = &[
    (
        "local V = {} V.__index = V V.__add = function(a, b) return setmetatable({a[1] + b[1]}, V) end \
          V.__eq = function(a, b) return a[1] == b[1] end V.__lt = function(a, b) return a[1] < b[1] end \
          V.__le = function(a, b) return a[1] <= b[1] end V.__len = function() return 7 end \
          V.__concat = function(a, b) return 'cat' end V.__call = function(self, x) return x, self[1] end \
          V.__unm = function(a) return -a[1] end function V:get() return self[1] end \
          local a, b = setmetatable({1}, V), setmetatable({2}, V) \
          return (a + b):get(), a == b, a < b, a <= b, #a, 'x' .. a .. 'y', a('arg'), -a",
        "3 false true true 7 xcat arg -1",
    ),
    (
        "local log = {} local t = setmetatable({}, {__newindex = function(t, k, v) log[#log + 1] = k rawset(t, k, v) end, \
          __index = function(t, k) return k .. '?' end}) t.a = 1 t.a = 2 t.b = 3 return #log, t.a, t.zzz",
        "2 2 zzz?",
    ),
    (
        "local a = setmetatable({}, {__index = setmetatable({x = 1}, {__index = {y = 2}})}) \
          getmetatable(a).__index.z = 3 return a.x, a.y, a.z, a.w",
        "1 2 3 nil",
    ),
    (
        "local t = setmetatable({}, {__pairs = function(t) return function(_, k) if not k then return 1, 'one' end end, t end, \
          __tostring = function() return 'named' end, __name = 'T'}) for k, v in pairs(t) do return k, v, tostring(t) end",
        "1 one named",
    ),
    (
        "local m = {} local t = setmetatable({}, m) local before = t.x m.__index = function() return 'late' end \
          local with = t.x m.__index = nil return before, with, t.x",
        "nil late nil",
    ),
    ("return (pcall(function() return {} + 1 end)), ('5' + 1), 7 // 2, -7 % 3, 5 // 0.0", "false 6 3 2 inf"),
];

#[test]
fn metamethods() {
    check(METAMETHODS);
}

const ERRORS: Scripts = &[
    ("return pcall(error, {code = 1})", "false table"),
    (
        "local ok, e = pcall(function() local t = nil return t.x end) return ok, e",
        "false miri:1: attempt to index a nil value (local 't')",
    ),
    ("return xpcall(function() error('deep', 0) end, function(m) return m .. '!' end)", "false deep!"),
    (
        "local n = 0 for i = 1, 5 do if not pcall(function(...) local a, b = ... n = n + a + b end, i, i > 2 or 1) then n = n + 100 end end \
          return n",
        "305",
    ),
    ("return pcall(pcall, pcall, error, 'x')", "true true false x"),
    (
        "local function f(n) if n == 0 then error({n = 'bottom'}) end local ok, e = pcall(f, n - 1) error(e) end \
          local ok, e = pcall(f, 6) return ok, e.n",
        "false bottom",
    ),
    (
        "return select(2, pcall(string.rep)), select(2, xpcall(error, error, 'x'))",
        "bad argument #1 to 'string.rep' (string expected, got no value) error in error handling",
    ),
    ("local ok, e = pcall(string.rep, 'x', -1) return ok, e, (load('return (('))", "true  nil"),
];

#[test]
fn errors() {
    check(ERRORS);
}

const COROUTINES: Scripts = &[
    (
        "local co = coroutine.create(function(a, b) local c = coroutine.yield(a + b) local d, e = coroutine.yield(c * 2) return d + e end) \
          local _, x = coroutine.resume(co, 1, 2) local _, y = coroutine.resume(co, 10) local _, z = coroutine.resume(co, 3, 4) \
          return x, y, z, coroutine.status(co), coroutine.resume(co)",
        "3 20 7 dead false cannot resume dead coroutine",
    ),
    (
        "local s = 0 for v in coroutine.wrap(function() for i = 1, 8 do coroutine.yield(i) end end) do s = s + v end return s",
        "36",
    ),
    (
        "local function tree(n) if n > 0 then tree(n - 1) coroutine.yield(n) tree(n - 1) end end \
          local t = {} for v in coroutine.wrap(function() tree(3) end) do t[#t + 1] = v end return table.concat(t)",
        "1213121",
    ),
    (
        "local co = coroutine.wrap(function() local ok, e = pcall(function() coroutine.yield('in') error('out') end) return ok, e end) \
          return co(), co()",
        "in false miri:1: out",
    ),
    (
        "local cos = {} for i = 1, 5 do cos[i] = coroutine.create(function() coroutine.yield(i) end) coroutine.resume(cos[i]) end \
          cos[2] = nil cos[4] = nil return coroutine.status(cos[1]), coroutine.close(cos[3]), coroutine.status(cos[3])",
        "suspended true dead",
    ),
    (
        "local t = setmetatable({}, {__index = function(t, k) return coroutine.yield(k) end}) \
          local co = coroutine.wrap(function() return t.name .. t.other end) co() co('a') return co('b')",
        "ab",
    ),
    (
        "local outer outer = coroutine.create(function() local inner = coroutine.create(function() return coroutine.resume(outer) end) \
          return coroutine.resume(inner) end) return coroutine.resume(outer)",
        "true true false cannot resume non-suspended coroutine",
    ),
];

#[test]
fn coroutines() {
    check(COROUTINES);
}

const CLOSING: Scripts = &[
    (
        "local log = {} local function c(n) return setmetatable({}, {__close = function(_, e) log[#log + 1] = n .. tostring(e) end}) end \
          do local a <close> = c('a') local b <close> = c('b') end \
          pcall(function() local x <close> = c('x') error('err', 0) end) return table.concat(log, ' ')",
        "bnil anil xerr",
    ),
    (
        "local log = '' local function c(n) return setmetatable({}, {__close = function() coroutine.yield() log = log .. n end}) end \
          local co = coroutine.wrap(function() for i = 1, 2 do local x <close> = c(i) if i == 2 then break end end return 'r', 's' end) \
          co() co() local r, s = co() return log, r, s",
        "12 r s",
    ),
    (
        "local function c(e) return setmetatable({}, {__close = function() error(e, 0) end}) end \
          return pcall(function() local a <close> = c('first') local b <close> = c('second') return 1 end)",
        "false first",
    ),
    (
        "local n = 0 local co = coroutine.create(function() local a <close> = setmetatable({}, {__close = function() n = n + 1 end}) \
          coroutine.yield() end) coroutine.resume(co) local ok = coroutine.close(co) return ok, n",
        "true 1",
    ),
    (
        "local n = 0 local function iter() return function(_, i) i = i + 1 if i < 4 then return i end end, nil, 0, \
          setmetatable({}, {__close = function() n = n + 10 end}) end for i in iter() do n = n + i end return n",
        "16",
    ),
];

#[test]
fn closing() {
    check(CLOSING);
}

const LOOPS: Scripts = &[
    ("local s = 0 for i = 3, 1, -1 do s = s * 10 + i end for x = 0, 1, 0.25 do s = s + x end return s", "323.5"),
    (
        "local t = {} for w, n in ('a1 b2 c3'):gmatch('(%a)(%d)') do t[#t + 1] = n .. w end return table.concat(t, ' ')",
        "1a 2b 3c",
    ),
    (
        "local s = 0 for k, v in pairs({10, 20, x = 5}) do s = s + v end for i, v in ipairs({1, 2, nil, 4}) do s = s + i end return s",
        "38",
    ),
    (
        "local function range(n) local i = 0 return function() i = i + 1 if i <= n then return i, {i} end end end \
          local fs = {} for i, t in range(5) do fs[i] = function() return t[1] end end return fs[1](), fs[5]()",
        "1 5",
    ),
    ("local n = 0 for i = math.maxinteger - 1, math.maxinteger do n = n + 1 end return n", "2"),
];

#[test]
fn loops() {
    check(LOOPS);
}

const LIBRARY_SEQUENCES: Scripts = &[
    (
        "local t = {5, 2, 8, 1, 9, 3} table.sort(t, function(a, b) return a > b end) return table.unpack(t)",
        "9 8 5 3 2 1",
    ),
    ("local t = {'pear', 'fig', 'apple'} table.sort(t) return table.concat(t, ' ')", "apple fig pear"),
    (
        "return (('a b c'):gsub('%a', function(c) return c:upper() .. c end)), ('hello'):gsub('l', {l = 'L'})",
        "Aa Bb Cc heLLo 2",
    ),
    (
        "local co = coroutine.wrap(function() local t = {3, 1, 2} table.sort(t, function(a, b) coroutine.yield() return a < b end) return table.concat(t) end) \
          local r repeat r = co() until r return r",
        "123",
    ),
    ("return pcall(table.sort, {3, 2, 1, 0}, function() error('cmp', 0) end)", "false cmp"),
    ("local p = {'re', 'turn ', '6*7'} local i = 0 return load(function() i = i + 1 return p[i] end)()", "42"),
    (
        "local t = setmetatable({}, {__index = function(_, i) if i < 4 then return i * i end end, __len = function() return 3 end}) \
          return table.concat(t, ','), table.unpack(t)",
        "1,4,9 1 4 9",
    ),
];

#[test]
fn library_sequences() {
    check(LIBRARY_SEQUENCES);
}

const COLLECTION_ON_REQUEST: Scripts = &[(
    "local t = {} for i = 1, 10 do t[i % 3] = {i, tostring(i)} end collectgarbage() \
          return t[0][2], t[1][2], t[2][1], collectgarbage('count') > 0",
    "9 10 8 true",
)];

#[test]
fn collection_on_request() {
    check(COLLECTION_ON_REQUEST);
}

userdata_type! {
    CounterType("app.counter") for Counter<'_>;
}

/// A host's object that holds a Lua value.
#[derive(Collect)]
struct Counter<'gc> {
    last: Lock<Option<Table<'gc>>>,
    text: Lock<Value<'gc>>,
}

fn remember<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let ctx = call.ctx();
    let data = call.userdata(0, "counter")?;
    let Some(counter) = data.downcast::<CounterType>() else { return Err(call.type_error(0, "counter")) };
    let write = Gc::write(ctx.mc(), counter);
    let before = counter.last.get();
    crate::arena::field!(write, Counter, last).unlock().set(Some(call.table(1)?));
    crate::arena::field!(write, Counter, text).unlock().set(call.get(2));
    call.one(before.map_or(Value::Nil, Value::Table))
}

fn recall<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let data = call.userdata(0, "counter")?;
    let Some(counter) = data.downcast::<CounterType>() else { return Err(call.type_error(0, "counter")) };
    let last = counter.last.get().map_or(Value::Nil, Value::Table);
    call.all([last, counter.text.get()])
}

#[test]
fn userdata() {
    let mut lua = machine();
    lua.enter(|ctx| {
        let object = Gc::new(ctx.mc(), Counter { last: Lock::new(None), text: Lock::new(Value::Nil) });
        let data = UserData::new::<CounterType>(ctx, object);
        let (metatable, methods) = (ctx.table(), ctx.table());
        methods.set_field(ctx, "remember", Function::native(ctx, native!("counter.remember", remember)).unwrap());
        methods.set_field(ctx, "recall", Function::native(ctx, native!("counter.recall", recall)).unwrap());
        metatable.set_field(ctx, "__index", methods);
        metatable.set_field(ctx, "__name", ctx.string("counter"));
        data.set_metatable(ctx.mc(), Some(metatable));
        ctx.globals().set_field(ctx, "counter", data);
    });
    expect(
        &mut lua,
        "local all = {} for i = 1, 16 do local n = i all[i] = function() n = n + 1 end counter:remember({i}, 'text' .. i) end \
          local t, s = counter:recall() return t[1], s",
        "16 text16",
    );
    expect(
        &mut lua,
        "return type(counter), pcall(counter.recall, {})",
        "userdata false bad argument #1 to 'counter.recall' (counter expected, got table)",
    );
    lua.enter(|ctx| ctx.globals().set_field(ctx, "counter", Value::Nil));
    lua.collect_all();
}

/// Its first upvalue counts the calls, its second is what to answer with.
fn counting<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let count = call.upvalue(0).to_integer().unwrap_or(0) + 1;
    call.set_upvalue(0, count);
    let kept = call.upvalue(1);
    if let Value::Table(table) = call.get(0) {
        call.set_upvalue(1, table);
    }
    call.all([count.into(), kept])
}

/// Calls a function on each of its further arguments, and returns the results with what failed replaced.
#[derive(Collect)]
struct MapArguments<'gc> {
    function: Value<'gc>,
    results: Table<'gc>,
    next: usize,
    count: usize,
    is_waiting: bool,
}

impl<'gc> MapArguments<'gc> {
    fn store(&mut self, call: &mut Call<'gc, '_>, value: Value<'gc>) {
        let index = self.next as i64;
        self.results.set(call.ctx(), index, value).expect("there is room");
        self.is_waiting = false;
    }
}

impl<'gc> Sequence<'gc> for MapArguments<'gc> {
    const NAME: &'static str = "test.map_arguments";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        if self.is_waiting {
            let value = call.get(call.results_from());
            call.truncate(call.results_from());
            self.store(call, value);
        }
        if self.next == self.count {
            call.push(self.results);
            return Ok(Poll::Return(1));
        }
        self.next += 1;
        self.is_waiting = true;
        let argument = call.get(self.next);
        call.push(self.function);
        call.push(argument);
        Ok(Poll::Call(1))
    }

    fn error(&mut self, call: &mut Call<'gc, '_>, error: Error<'gc>) -> Result<Poll, Error<'gc>> {
        let _ = error;
        let text = call.ctx().string("failed");
        self.store(call, text.into());
        Ok(Poll::Pending)
    }

    fn catches(&self) -> bool {
        true
    }
}

fn map<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (function, results, count) = (call.get(0), call.ctx().table(), call.len().saturating_sub(1));
    call.sequence(MapArguments { function, results, next: 0, count, is_waiting: false })
}

#[test]
fn natives_and_sequences() {
    let mut lua = machine();
    lua.enter(|ctx| {
        let upvalues = [Value::Integer(0), ctx.string("first").into()];
        let counting = Function::native_with(ctx, native!("test.counting", counting), &upvalues).unwrap();
        ctx.globals().set_field(ctx, "counting", counting);
        ctx.globals().set_field(ctx, "map", Function::native(ctx, native!("test.map", map)).unwrap());
    });
    expect(&mut lua, "counting() counting({'kept'}) local n, t = counting() return n, t[1]", "3 kept");
    expect(
        &mut lua,
        "local t = map(function(x) local s = {} for i = 1, x do s[i] = i end return #s end, 4, 2, {}, 9) return table.unpack(t)",
        "4 2 failed 9",
    );
    expect(
        &mut lua,
        "return #map(counting, 1, 2, 3), coroutine.wrap(function() return map(coroutine.yield, 1) end)()",
        "3 1",
    );
    lua.collect_all();
}

#[test]
fn tasks_outlive_steps_and_take_turns() {
    fn start<'gc>(ctx: Context<'gc>, function: Value<'gc>, argument: i64) -> Task {
        let arguments = [argument.into(), ctx.string("argument").into()];
        Executor::new(ctx, function, &arguments).expect("there is memory").stash(ctx)
    }
    let mut lua = machine();
    let source = "return function(n, s) local t = {} for i = 1, n do t[i] = s .. i end return t[n], #t end";
    let maker = lua.load(source).name("=maker").start(()).expect("there is memory");
    assert_eq!(finish(&mut lua, &maker), Stepped::Finished);
    let tasks: Vec<_> = lua.enter(|ctx| {
        let function = maker.fetch(ctx).unwrap().results()[0];
        (4..7).map(|count| start(ctx, function, count)).collect()
    });
    drop(maker);
    let mut left = 3;
    while left > 0 {
        left = 0;
        for task in &tasks {
            left += usize::from(lua.step(task, &mut Fuel::with(10)) != Stepped::Finished);
            lua.collect_step(SLICE_WORK);
        }
    }
    assert_eq!(results(&mut lua, &tasks[0]), "argument4 4");
    assert_eq!(results(&mut lua, &tasks[2]), "argument6 6");
    // Dropped in the middle of a coroutine and a protected call.
    let source = "coroutine.wrap(function() pcall(function() while true do local t = {{}} end end) end)()";
    let endless = lua.load(source).name("=endless").start(()).expect("there is memory");
    for _ in 0..4 {
        lua.step(&endless, &mut Fuel::with(SLICE_FUEL));
        lua.collect_step(SLICE_WORK);
    }
    drop((endless, tasks));
    lua.collect_all();
}

/// A waiting task gives back the room of its stack, and is then inspected, collected, cancelled and dropped.
#[test]
fn resting_tasks() {
    let mut lua = machine();
    let wait = || {
        let mut was_polled = false;
        std::future::poll_fn(move |cx| {
            cx.waker().wake_by_ref();
            if std::mem::replace(&mut was_polled, true) { std::task::Poll::Ready(1) } else { std::task::Poll::Pending }
        })
    };
    lua.globals().set_async_function(&lua, "wait", wait).expect("there is memory");
    let source = "local kept = {2}
        local function deep(n, ...) if n > 0 then return deep(n - 1, ...) + kept[1] end return wait() + select('#', ...) end
        local resume = coroutine.wrap(function(...) local door <close> = setmetatable({}, {__close = function() closed = kept end})
            return deep(2, ...), ... end)
        return kept[1], resume(7, 8, 9)";
    for round in 0..3 {
        let task = lua.load(source).name("=rests").start(()).expect("there is memory");
        while lua.step(&task, &mut Fuel::with(SLICE_FUEL)) != Stepped::Waiting {
            lua.collect_step(SLICE_WORK);
        }
        lua.collect_step(1 << 20);
        assert!(task.traceback(&lua).expect("its own VM").contains("deep"));
        match round {
            0 => {
                assert_eq!(finish(&mut lua, &task), Stepped::Finished);
                assert_eq!(results(&mut lua, &task), "2 8 7 8 9");
            }
            1 => assert!(task.cancel(&mut lua, &mut Fuel::with(1000))),
            _ => drop(task),
        }
        if !IS_SHORT {
            lua.collect_step(1 << 20);
        }
    }
}

/// Calls of a host, which use one task again, with collections between them: arguments that fit on its stack and that
/// do not, results, errors, coroutines, finalizers, and a call that ends later.
#[test]
fn calls_of_a_host() {
    let limits = Limits { step_fuel: SLICE_FUEL, ..Limits::default() };
    let mut lua = Lua::builder().limits(limits).build().expect("there is a clock");
    lua.set_poison(true);
    let source = "return function(...) return select('#', ...), {...}, ... end, function(t) error(t) end,
        function(n) while true do n = coroutine.yield(n, {n}) end end,
        function(n) local t = {} for i = 1, n do t[i] = {i} end return #t end,
        function() setmetatable({}, {__gc = function(it) done = it end}) end";
    type Five = (crate::Function, crate::Function, crate::Function, crate::Function, crate::Function);
    let (all, fail, body, later, due): Five = lua.load(source).eval().expect("it is Lua");
    let thread = crate::Thread::new(&lua, &body).expect("there is memory");
    for count in [0, 1, 3, 100, 2] {
        let arguments = crate::Variadic::from((0..count).collect::<Vec<i64>>());
        let (n, list, back): (i64, Vec<i64>, crate::Variadic<i64>) = all.call(&mut lua, arguments).expect("it runs");
        assert_eq!((n, &list, back.len()), (count, &*back, count as usize));
        lua.collect_step(SLICE_WORK);
        let table = crate::Table::new(&lua).expect("there is memory");
        assert!(fail.call::<()>(&mut lua, (&table, count)).is_err());
        let (same, list): (i64, Vec<i64>) = thread.resume(&mut lua, count).expect("it yields").into_inner();
        assert_eq!((same, list), (count, vec![count]));
        lua.collect_step(SLICE_WORK);
        assert_eq!(later.call::<i64>(&mut lua, count).expect("it runs"), count);
        due.call::<()>(&mut lua, ()).expect("it runs");
        lua.collect_step(1 << 20);
    }
    assert!(lua.globals().get::<Option<crate::Table>>(&lua, "done").expect("it is a table").is_some());
}

/// What `tests/interrupt.rs` does at more places.
#[test]
fn interruptions() {
    let script = "local function body(...) local t <close> = setmetatable({}, { __close = function() local u = {} end }) \
                  table.sort({ 3, 1, 2 }, function(a, b) local p = { a, b } return p[1] < p[2] end) return {}, ... end \
                  local function handler(message) local garbage = { {} } return { message, garbage } end \
                  local ok, result = xpcall(function() while true do body({}, {}) end end, handler) return result[1]";
    for pauses in if IS_SHORT { &[6][..] } else { &[6, 11] } {
        let mut lua = machine();
        let function = lua.load(script).name("=miri").into_function().expect("it is Lua");
        let task = function.start(&lua, ()).expect("there is memory");
        for _ in 0..*pauses {
            lua.step(&task, &mut Fuel::with(SLICE_FUEL / 3));
            lua.collect_step(SLICE_WORK);
        }
        task.interrupt(&lua, "stop").expect("there is memory");
        assert_eq!(finish(&mut lua, &task), Stepped::Finished);
        assert!(results(&mut lua, &task).ends_with("stop"));
    }
}

#[test]
fn not_enough_memory() {
    let mut lua = Lua::builder().limits(Limits { memory: Some(400 << 10), ..Limits::default() }).build().unwrap();
    lua.set_poison(true);
    expect(
        &mut lua,
        "local ok, e = pcall(function() local s = ('x'):rep(1000) while true do s = s .. s end end) return ok, e",
        "false not enough memory",
    );
}

// ---- What meets badly: scripts of the kind that `tests/interactions.rs` makes at random ----

/// Little room, so that scripts come to the ends of stack and depth soon.
fn small_machine() -> Lua {
    let limits = Limits { stack_slots: 300, call_depth: 40, coroutine_depth: 4, ..Limits::default() };
    let mut lua = Lua::builder().limits(limits).libraries(Libraries::ALL).build().unwrap();
    lua.set_poison(true);
    lua
}

const WEAK_METATABLES: Scripts = &[
    (
        "local o = setmetatable({}, setmetatable({__index = {x = 1}}, {__mode = 'v'})) local a = o.x collectgarbage() \
          local t = {} for i = 1, 20 do t[i] = {x = 2} end return a, o.x",
        "1 nil",
    ),
    (
        "local m = setmetatable({}, {__mode = 'k'}) local o = setmetatable({}, m) m.__index = setmetatable({y = 3}, m) \
          local a = o.y getmetatable(m).__mode = 'kv' local n = 0 setmetatable({}, {__gc = function() n = n + 1 end}) \
          collectgarbage() return a, o.y, n",
        "3 nil 1",
    ),
];

#[test]
fn weak_metatables() {
    check(WEAK_METATABLES);
}

#[test]
fn ends_of_the_stack() {
    let mut lua = small_machine();
    let script = "
      local kept
      local function wide() local a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z return a end
      local function last() collectgarbage() return wide() end
      local function first(...) return last() end
      local function down(n)
        local a, b, c, d, e, f, g, h
        if n == 0 then first({}, {}, {}, {}, {}, {}, {}, {}) return 1 end
        return (down(n - 1))
      end
      local function handler(message) collectgarbage() kept = {message} return message end
      local failed = 0
      for n = 12, 30 do if not xpcall(down, handler, n) then failed = failed + 1 end end
      return failed > 0 and kept[1]:match('stack overflow')";
    expect(&mut lua, script, "stack overflow");
}

#[test]
fn closing_at_the_end_of_depth() {
    let mut lua = small_machine();
    let script = "
      local ends = 0
      for n = 30, 40 do
        local co = coroutine.create(function() local x <close> = setmetatable({}, {__close = function() end}) coroutine.yield() end)
        coroutine.resume(co)
        local function down(n) if n == 0 then coroutine.close(co) else down(n - 1) end end
        pcall(down, n)
        pcall(coroutine.resume, co)
        pcall(coroutine.close, co)
        if coroutine.status(co) == 'dead' then ends = ends + 1 end
      end
      return ends";
    expect(&mut lua, script, "11");
}

#[test]
fn hooks_at_the_end_of_depth() {
    let mut lua = small_machine();
    let script = "
      local function down(n) if n == 0 then return end down(n - 1) end
      local failed = 0
      debug.sethook(type, 'l')
      for n = 30, 40 do if not xpcall(down, function(message) return message end, n) then failed = failed + 1 end end
      debug.sethook()
      return failed > 0";
    expect(&mut lua, script, "true");
}

#[test]
fn natives_left_pending() {
    let mut lua = small_machine();
    let script = "
      local yield, create, resume, close = coroutine.yield, coroutine.create, coroutine.resume, coroutine.close
      local bodies = {
        function() table.sort({3, 1, 2}, yield) end,
        function() return ('abc'):gsub('%w', yield) end,
        function() return load(yield) end,
        function() return pcall(pcall, yield, {}) end,
        function() pcall(function() local x <close> = setmetatable({}, {__close = yield}) error({}) end) end,
        function() return table.concat(setmetatable({}, {__index = yield}), '', 1, 2) end,
      }
      local reached, closed = 0, 0
      for i, body in ipairs(bodies) do
        local left, ended = create(body), create(body)
        if resume(left) and resume(ended) then reached = reached + 1 end
        left = nil
        collectgarbage()
        resume(ended, 'x')
        if close(ended) or coroutine.status(ended) == 'dead' then closed = closed + 1 end
      end
      return reached, closed";
    expect(&mut lua, script, "6 6");
}

/// The stack of a waiting task has no room above it; others inspect it, write to it and drop it. What woke it outlives
/// the VM.
#[test]
fn resting() {
    use std::sync::{Arc, Mutex};
    use std::task::{Poll, Waker};
    let wakers = Arc::<Mutex<Vec<Waker>>>::default();
    let mut lua = Lua::builder().libraries(Libraries::ALL).build().expect("there is memory");
    lua.set_poison(true);
    let here = wakers.clone();
    let wait = move |value: i64| {
        let (here, mut is_first) = (here.clone(), true);
        std::future::poll_fn(move |cx| {
            here.lock().expect("it is whole").push(cx.waker().clone());
            if std::mem::take(&mut is_first) { Poll::Pending } else { Poll::Ready(value) }
        })
    };
    lua.globals().set_async_function(&lua, "wait", wait).expect("there is memory");
    let source = "local function many(n, ...) local t <close> = setmetatable({}, {__close = function() done = {} end})
            if n > 0 then return (many(n - 1, ...)) end local a = {...} return wait(#a + 1) + #a, a end
        local co = coroutine.wrap(function(...) thread = coroutine.running() return many(2, ...) end)
        return co('a', {}, 'c'), wait(8)";
    let look = "for level = 0, 4 do if debug.getinfo(thread, level, 'l') then for n = -3, 9 do
            local name, value = debug.getlocal(thread, level, n)
            if name then debug.setlocal(thread, level, n, value) end end end end
        return #debug.traceback(thread) > 20";
    for end in 0..4 {
        let task = lua.load(source).name("=miri").start(()).expect("there is memory");
        while lua.step(&task, &mut Fuel::with(SLICE_FUEL)) != Stepped::Waiting {}
        lua.collect_step(SLICE_WORK);
        expect(&mut lua, look, "true");
        lua.collect_step(SLICE_WORK);
        std::thread::scope(|scope| {
            wakers.lock().expect("it is whole").drain(..).for_each(|it| drop(scope.spawn(|| it.wake())))
        });
        match end {
            0 => {
                assert_eq!(finish(&mut lua, &task), Stepped::Finished);
                assert_eq!(results(&mut lua, &task), "7 8");
            }
            1 => assert!(task.cancel(&mut lua, &mut Fuel::with(1000))),
            2 => {
                task.interrupt(&lua, "stop").expect("there is memory");
                assert_eq!(finish(&mut lua, &task), Stepped::Failed);
            }
            _ => drop(task),
        }
        lua.collect_step(SLICE_WORK);
    }
    drop(lua);
    wakers.lock().expect("it is whole").drain(..).for_each(Waker::wake);
}

#[test]
fn a_machine_is_dropped_where_it_was_moved_to() {
    fn end(lua: Lua) {
        drop(lua);
    }
    end(Lua::new());
}

/// The feature `send`: other threads continue a VM, collect in it and drop it; meanwhile a handle is dropped elsewhere.
#[cfg(feature = "send")]
#[test]
fn a_vm_moves_between_threads() {
    let mut lua = machine();
    let source = "local t = {} for i = 1, 12 do t[i] = ('s'):rep(i % 3) .. i end
        local co = coroutine.wrap(function(a) while true do a = coroutine.yield(#t + a) end end)
        co(1) return co(2), table.concat(t, '', 1, 4)";
    let mut task = lua.load(source).name("=miri").start(()).expect("there is memory");
    let mut stepped = Stepped::Ready;
    while !matches!(stepped, Stepped::Finished | Stepped::Failed) {
        let handle = lua.globals();
        (lua, task, stepped) = std::thread::spawn(move || {
            let stepped = lua.step(&task, &mut Fuel::with(4 * SLICE_FUEL));
            lua.collect_step(SLICE_WORK);
            (lua, task, stepped)
        })
        .join()
        .expect("it does not panic");
        drop(handle);
    }
    assert_eq!(results(&mut lua, &task), "14 s1ss23s4");
    std::thread::spawn(move || drop(lua)).join().expect("it does not panic");
}
