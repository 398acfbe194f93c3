//! Hostile scripts against the promise that steps are bounded: each repeats work of a length it chooses, as often as
//! the fuel allows, and no step may take long.
//!
//! Steps take some milliseconds. Work that is not paid for or not divided takes seconds here, so the limit leaves room
//! for slow builds and busy machines.

use fife::{Fuel, Limits, Lua, Stepped};
use std::time::{Duration, Instant};

/// The fuel of a step.
const STEP: u64 = 65_536;
/// How long it may take.
const LIMIT: Duration = Duration::from_millis(1500);

/// Runs a chunk with some million units of fuel; it need not end.
fn run(name: &str, source: &str) {
    let mut limits = Limits::default();
    limits.memory = Some(256 << 20);
    let mut lua = Lua::builder().limits(limits).build().unwrap();
    let task = lua.load(source).name("=hostile").start(()).expect("there is memory");
    let mut left = 3_000_000u64;
    while left >= STEP {
        left -= STEP;
        let mut fuel = Fuel::with(STEP);
        let start = Instant::now();
        let stepped = lua.step(&task, &mut fuel);
        let elapsed = start.elapsed();
        assert!(elapsed < LIMIT, "{name}: a step of {elapsed:?}");
        match stepped {
            Stepped::Finished => return,
            Stepped::Failed => panic!("{name}: {}", task.error(&lua).unwrap()),
            _ => {}
        }
    }
}

#[test]
fn natives_that_call_natives() {
    run("xpcall", "local t = {} for i = 1, 50000 do t[i * 2 - 1], t[i * 2] = xpcall, type end xpcall(table.unpack(t))");
    run(
        "__call",
        "local f = type for i = 1, 900 do f = setmetatable({}, {__call = f}) end
        local t = {} for i = 1, 100000 do t[i] = i end while true do f(table.unpack(t)) end",
    );
    run(
        "finalizers",
        "local m = {__gc = type} for i = 1, 100000 do setmetatable({}, m) end collectgarbage() m.__gc = nil",
    );
    run(
        "wrap",
        "local t = {} for i = 1, 100000 do t[i] = i end local co = function() return table.unpack(t) end
        for i = 1, 60 do local inner = co co = coroutine.wrap(function() return inner() end) end co()",
    );
    run(
        "yield in a finalizer",
        "setmetatable({}, {__gc = function()
        local co = coroutine.wrap(function()
          local function deep(n) if n == 0 then while true do coroutine.yield() end end deep(n - 1) return 1 end
          deep(30000)
        end)
        while true do co() end end}) collectgarbage()",
    );
}

#[test]
fn strings_that_are_numerals() {
    for call in ["('x'):rep(s)", "math.sqrt(s)", "string.char(table.unpack(t))", "utf8.char(table.unpack(t))", "s + 1"]
    {
        run(
            call,
            &format!(
                "local s = (' '):rep(1 << 20) .. '65' local t = {{}} for i = 1, 1000 do t[i] = s end while true do local _ = {call} end"
            ),
        );
    }
}

#[test]
fn long_names() {
    run("mode", "local s = ('b'):rep(1 << 22) .. 't' while true do load('', '=x', s) end");
    run("name", "local s = '=' .. ('b'):rep(1 << 22) while true do load('', s) end");
    run("line", "load(('x = 1 '):rep(20000) .. 'local function g() return x + nil end while true do pcall(g) end')()");
    run(
        "walk",
        "load('local function g(n) if n then goto done end ' .. ('x = y '):rep(20000)
        .. '::done:: return zz.y.z end while true do pcall(g, 1) end', '=x')()",
    );
    run(
        "__name",
        "local o = setmetatable({}, {__name = ('n'):rep(1 << 20)}) while true do tostring(o) pcall(math.abs, o) end",
    );
    run(
        "key of a loop",
        "local s = ('k'):rep(1 << 24) local t = {[('k'):rep(1 << 24)] = 1} while true do for k in next, t, s do end end",
    );
    run("getinfo", "local s = ('S'):rep(1 << 22) while true do debug.getinfo(1, s) end");
}

#[test]
fn many_values_and_long_texts() {
    run(
        "captures",
        "local s, p = ('a'):rep(1 << 22), ('('):rep(30) .. '.*' .. (')'):rep(30) .. 'a' while true do s:match(p) end",
    );
    run("warnings", "local t = {} for i = 1, 200000 do t[i] = i end while true do warn(table.unpack(t)) end");
    run(
        "emptied array",
        "local t = {x = 1} for i = 1, 200000 do t[i] = i end for i = 1, 200000 do t[i] = nil end
        while true do next(t) for _ in pairs(t) do end end",
    );
    run(
        "sparse array",
        "local t = {x = 1} for i = 1, 200000 do t[i] = i end for i = 1, 199999 do t[i] = nil end
        while true do next(t) end",
    );
    run("text", "local s, n = ('a'):rep(1 << 22), ('a'):rep(1 << 21) .. 'b' while true do s:find(n, 1, true) end");
    run("source", "local s = ('f(a.b[c], {1, 2}) '):rep(900) while true do load(s) end");
}

/// Runs a chunk to its end in steps of this much fuel; returns how much it used.
fn fuel_in_steps(source: &str, step: u64) -> u64 {
    let mut lua = Lua::new();
    let task = lua.load(source).start(()).expect("there is memory");
    loop {
        match lua.step(&task, &mut Fuel::with(step)) {
            Stepped::Finished => return task.fuel_used(),
            Stepped::Failed => panic!("{}", task.error(&lua).unwrap()),
            _ => {}
        }
    }
}

/// A script costs the same wherever its steps end. In particular, returning to much code after a call must not cost
/// extra only when the step ends there.
#[test]
fn fuel_does_not_depend_on_where_steps_end() {
    let rest = "x = x + i ".repeat(50);
    for (name, call) in [
        ("no value", "rawlen(t) setmetatable(t, nil)"),
        ("one value", "local a = s:byte(1)"),
        ("values", "local a, b = s:byte(1, 40)"),
        ("more values than wanted", "local a = s:find('x')"),
        ("all values", "local n = select('#', s:byte(1, 40))"),
        ("values that are returned", "local a, b = both(s)"),
        ("a Lua function", "local a, b = own(s, i)"),
        ("a metamethod", "local a = m + 1 local b = m[i] m[i] = 1 if m < m then x = x + 1 end"),
        ("pcall", "local ok, a = pcall(own, s, i)"),
    ] {
        let source = format!(
            "local s, t, x = ('x'):rep(200), {{}}, 0
            local function both(s) return s:find('x') end
            local function own(s, i) return s, i end
            local function one() return true end
            local m = setmetatable({{}}, {{__add = one, __index = one, __newindex = one, __lt = one}})
            for i = 1, 300 do {call} {rest} end"
        );
        let whole = fuel_in_steps(&source, u64::MAX);
        for step in [1, 7, 64, 1000] {
            let used = fuel_in_steps(&source, step);
            assert!(used.abs_diff(whole) <= whole / 100, "{name}: {used} in steps of {step}, {whole} in one");
        }
    }
}
