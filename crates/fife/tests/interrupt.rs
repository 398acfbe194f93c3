//! Interruptions from outside, wherever a task happens to be: Lua code can catch them, and they have no other effect.

use fife::{ErrorKind, Fuel, Libraries, Lua, Status, Stepped, Task};

/// Scripts that never use their results, so that they may be interrupted anywhere.
const SCRIPTS: &[&str] = &[
    "while not told do end",
    "local t = {} for i = 1, 20 do t[i] = { i .. '' } end",
    "local function f(n) if n > 0 then local t <close> = setmetatable({}, { __close = function() local u = {} end }) \
     return f(n - 1), {} end return {} end f(4)",
    "table.sort({ 5, 3, 9, 1, 7, 2 }, function(a, b) local t = { a, b } return t[1] < t[2] end)",
    "string.gsub(('x'):rep(9), 'x', function(x) return ({ x })[1] .. x end, nil, {}, {}, {}, {}, {})",
    "local co = coroutine.wrap(function(...) for i = 1, 4 do local t = { ... } coroutine.yield({}) end end) \
     for i = 1, 4 do co({}, {}, {}) end",
    "local t = setmetatable({}, { __index = function(t, k) return { k } end, __concat = function() return {} end }) \
     for i = 1, 4 do local s = t[i] .. t local u = t .. t end",
    "xpcall(function() error({}) end, function(e) local t = { e } for i = 1, 5 do t = { t } end return t end)",
    "local function g(...) return select('#', ...), ... end g(g(g({}, {}, {}), {}))",
    "pcall(pcall, pcall, string.rep, ('x'):rep(100), 1, {}, {})",
    "for k, v in pairs({ 1, {}, x = {} }) do local f = function() return k, v end f() end",
    "local t <close> = setmetatable({}, { __close = function(_, e) local u = { e } for i = 1, 3 do u = { u } end end }) \
     local u <close> = setmetatable({}, { __close = function(_, e) if e then error({ e }) end end })",
    "load(function() local t = {} return nil end, 'x', 't', {})",
    "table.concat({ 'a', 'b' }, ', ', 1, 2) string.format('%s %s', {}, setmetatable({}, { __tostring = function() \
     local t = {} return 'x' .. #t end }))",
    "setmetatable({}, { __gc = function(object) local t = { object } end }) local t = {} for i = 1, 5 do t = { t } end",
    "debug.sethook(function(event) local t = { event } end, 'crl', 2) local t = { tostring({}), select(1, {}, {}) } \
     debug.sethook()",
];

/// Runs a script again and again, until it is interrupted or learns that it was. Every error caught contains the
/// message, and the handler, which runs on top of all that was interrupted, leaves enough garbage to make the collector
/// work.
const FRAME: &str = "
local body = assert(load(...))
local function handler(message)
  local garbage = {}
  for i = 1, 3 do garbage = { garbage, debug.traceback(message) } end
  return { message, garbage }
end
local ok, result = xpcall(function() while not told do body() end end, handler)
for i = 1, 5 do local garbage = { {} } end
if ok then return 'told' end
while type(result) == 'table' do result = result[1] end
return result
";

/// The fuel that gets any script past the start of the frame, which loads it: a unit for each byte.
const START_FUEL: u64 = 1000;

fn start(lua: &mut Lua, script: &str) -> Task {
    lua.globals().set(lua, "script", script).unwrap();
    let frame = FRAME.replace("...", "script");
    // Compiled in advance: it could not catch an interruption of its own loading.
    let frame = lua.load(frame).name("=frame").into_function().expect("the frame is Lua");
    frame.start(lua, ()).expect("there is memory")
}

/// Runs a short step and frees whatever can be freed.
fn step(lua: &mut Lua, task: &Task) -> Stepped {
    let stepped = lua.step(task, &mut Fuel::with(3));
    lua.collect_step(4096);
    stepped
}

#[test]
fn a_script_may_be_interrupted_anywhere() {
    for script in SCRIPTS {
        for pauses in 0..200 {
            let mut lua = Lua::builder().libraries(Libraries::ALL).build().unwrap();
            lua.set_poison(true);
            let task = start(&mut lua, script);
            assert_eq!(lua.step(&task, &mut Fuel::with(START_FUEL)), Stepped::Ready, "{script}");
            for _ in 0..pauses {
                assert_eq!(step(&mut lua, &task), Stepped::Ready, "{script}");
            }
            lua.globals().set(&lua, "told", true).unwrap();
            task.interrupt(&lua, "enough").unwrap();
            let end = loop {
                match step(&mut lua, &task) {
                    Stepped::Ready | Stepped::NeedsMemory => {}
                    end => break end,
                }
            };
            assert_eq!(end, Stepped::Finished, "after {pauses} pauses in {script}");
            let message: String = task.results(&lua).unwrap();
            let is_expected = message == "told" || message.ends_with("enough");
            assert!(is_expected, "{message} after {pauses} pauses in {script}");
        }
    }
}

#[test]
fn a_task_that_has_ended_is_not_interrupted() {
    let mut lua = Lua::new();
    let task = lua.load("return 1").name("=ended").start(()).expect("there is memory");
    assert_eq!(task.run(&mut lua, &mut Fuel::with(1000)).expect("it returns"), Status::Finished);
    task.interrupt(&lua, "too late").unwrap();
    assert_eq!(lua.step(&task, &mut Fuel::with(1000)), Stepped::Finished);
}

#[test]
fn a_task_that_has_not_started_may_be_interrupted() {
    let mut lua = Lua::new();
    let task = lua.load("return 1").name("=unstarted").start(()).expect("there is memory");
    task.interrupt(&lua, "too early").unwrap();
    let error = task.run(&mut lua, &mut Fuel::with(1000)).expect_err("it must fail");
    assert_eq!((error.kind(), error.message()), (ErrorKind::Runtime, &b"too early"[..]));
}
