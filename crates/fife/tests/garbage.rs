//! Garbage costs no memory: a loop that makes nothing else has the same size after a long time as after a short one,
//! and memory needed only once is given back.
//!
//! `GARBAGE_UNITS` is the fuel for each kind of object; the most ever tried is 10^10. The heap's own account is
//! compared with the resident size of the process, if it can be read from /proc, so everything runs in one thread, one
//! test after another.

use fife::{Fuel, Function, Lua, Status};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Kinds of objects, each with a statement that makes garbage of this kind alone.
const KINDS: &[(&str, &str)] = &[
    ("short strings", "local s = 'k' .. (1 << 32) + i"),
    ("long strings", "local s = ('x'):rep(100 + i % 1000)"),
    ("very long strings", "local s = ('x'):rep(300000 + i % 1000 * 100)"),
    ("numbers as strings", "local s = tostring(i + 0.5)"),
    ("empty tables", "local t = {}"),
    ("lists", "local t = {i, i, i} t[#t + 1] = i"),
    ("records", "local t = {a = i, b = i} t['x' .. i % 100] = i"),
    ("growing tables", "local t = {} for j = 1, i % 3000 do t[j] = j end"),
    ("growing records", "local t = {} for j = 1, i % 3000 do t[j + 0.5] = j end"),
    ("closures", "local function f() return i end"),
    ("cells", "local n = i local function f() n = n + 1 end f()"),
    ("natives", "local f = ('x'):gmatch('x')"),
    ("coroutines", "local c = coroutine.create(print)"),
    ("coroutines that ran", "local c = coroutine.wrap(function(a) coroutine.yield(a) end) c(i)"),
    (
        "deep coroutines",
        "local c = coroutine.wrap(function(a) coroutine.yield(table.unpack(list, 1, i % 2000)) end) c(i)",
    ),
    ("functions of chunks", "local f = load('local a, b = 1, {} return function(x) return x + a end, \"text\"')"),
    ("weak tables", "local t = setmetatable({}, weak) t[{}] = {}"),
    ("ephemerons", "local t = setmetatable({}, ephemeron) local k = {} t[k] = {k}"),
    ("entries of a weak table", "entries[{}] = i"),
    ("objects with finalizers", "local t = setmetatable({}, final)"),
    ("cycles", "local a, b = {}, {} a.b, b.a = b, a"),
    ("errors", "local ok, message = pcall(error, {i})"),
    ("messages", "local ok, message = pcall(error, 'x' .. i)"),
    ("buffers", "local s = table.concat(list, ',', 1, i % 2000)"),
];

const PRELUDE: &str = "local weak, ephemeron = {__mode = 'v'}, {__mode = 'k'}
    local final = {__gc = function() end}
    local entries = setmetatable({}, ephemeron)
    local list = {} for i = 1, 2000 do list[i] = i end ";

/// The resident size is that of the whole process.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

fn units() -> u64 {
    std::env::var("GARBAGE_UNITS").ok().and_then(|text| text.parse().ok()).unwrap_or(10_000_000)
}

/// The resident size of this process in bytes, if the system reports it.
fn resident_bytes() -> Option<usize> {
    let text = std::fs::read_to_string("/proc/self/statm").ok()?;
    text.split(' ').nth(1)?.parse::<usize>().ok().map(|pages| pages * 4096)
}

/// The bytes held by the heap and by the process.
fn sizes(lua: &Lua) -> (usize, Option<usize>) {
    (lua.memory().held_bytes, resident_bytes())
}

/// At most a tenth above, give or take a page or a segment.
fn is_steady(early: usize, late: usize) -> bool {
    late <= early + early / 10 + (512 << 10)
}

#[test]
fn garbage_takes_no_memory() {
    let _alone = ONE_AT_A_TIME.lock();
    let mut failures = Vec::new();
    for (kind, make) in KINDS {
        let mut lua = Lua::new();
        let source = format!("{PRELUDE} for i = 1, math.huge do {make} end");
        let task = lua.load(source).name("=garbage").start(()).unwrap();
        let mut early = (0, None);
        let start = Instant::now();
        for tenth in 1..=10 {
            assert_eq!(task.run(&mut lua, &mut Fuel::with(units() / 10)).unwrap(), Status::OutOfFuel, "{kind}");
            if tenth == 2 {
                early = sizes(&lua);
            }
        }
        let late = sizes(&lua);
        println!("{kind}: {early:?}, {late:?}, {:?}", start.elapsed());
        let is_resident_steady = early.1.zip(late.1).is_none_or(|(early, late)| is_steady(early, late));
        if !is_steady(early.0, late.0) || !is_resident_steady {
            failures.push(format!("{kind}: {early:?} after the second tenth, {late:?} after the last"));
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

/// The shortest time of several whole collections.
fn collection(lua: &mut Lua) -> Duration {
    let time = |lua: &mut Lua| {
        let start = Instant::now();
        lua.collect_all();
        start.elapsed()
    };
    (0..10).map(|_| time(lua)).min().unwrap_or_default()
}

#[test]
fn what_was_needed_once_is_given_back() {
    let _alone = ONE_AT_A_TIME.lock();
    let mut failures = Vec::new();
    // A live table keeps its size until it is full, as in PUC-Rio Lua, so a spike stays there.
    for (kind, make) in KINDS.iter().filter(|(kind, _)| *kind != "entries of a weak table") {
        let mut lua = Lua::new();
        // The objects are kept, if possible: each is the first local of its statement.
        let name = make.trim_start_matches("local function ").trim_start_matches("local ");
        let name = name.split(|it: char| !it.is_alphanumeric()).next().unwrap_or("i");
        let name = if make.contains("local ok, message") {
            "message"
        } else if name == "entries" {
            "i"
        } else {
            name
        };
        let few = if kind.contains("very") || kind.contains("growing") || kind.contains("deep") { 300 } else { 30_000 };
        let source = format!(
            "{PRELUDE} return function() local kept = {{}} for i = 1, {few} do {make} kept[i] = {name} end end,
            function() for i = 1, 1000 do {make} end end, function() end"
        );
        let (spike, churn, nothing): (Function, Function, Function) = lua.load(source).name("=spike").call(()).unwrap();
        let call = |lua: &mut Lua, function: &Function, fuel: u64| {
            let end = function.start(lua, ()).and_then(|task| task.run(lua, &mut Fuel::with(fuel)));
            assert!(matches!(end, Ok(Status::Finished | Status::OutOfFuel)), "{kind}: {end:?}");
        };
        lua.collect_all();
        let (held, time) = (lua.memory().held_bytes, collection(&mut lua));
        call(&mut lua, &spike, 1 << 40);
        let most = lua.memory().peak_held_bytes;
        // Garbage of the same kind until several cycles, none of them requested, have ended.
        let cycles = lua.memory().collections + 6;
        while lua.memory().collections < cycles {
            call(&mut lua, &churn, 100_000);
        }
        // And several more steps, each of which gives a portion back.
        (0..30).for_each(|_| call(&mut lua, &churn, 100_000));
        let after = lua.memory().held_bytes;
        // Finalizers run in the steps after a collection.
        for _ in 0..2 {
            lua.collect_all();
            call(&mut lua, &nothing, 10_000_000);
        }
        lua.collect_all();
        let (least, time_after) = (lua.memory().held_bytes, collection(&mut lua));
        let allowed = held + (4 << 20);
        println!("{kind}: {held} held, {most} at most, {after} later, {least} at least; {time:?}, {time_after:?}");
        if after > allowed || !is_steady(held, least) || time_after > time * 4 + Duration::from_micros(300) {
            failures.push(format!("{kind}: {held} then {after}, {least}; {time:?} then {time_after:?}"));
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}
