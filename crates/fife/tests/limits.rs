//! The limits that a host sets: what happens when each is reached, at zero, and above any possible value.

use fife::{ErrorKind, Fuel, Host, Libraries, Limits, Lua, NoHost, Status, Value};
use fife_system::SystemHost;
use std::time::{Duration, Instant};

/// Runs a script under limits; returns how it ended.
fn run(limits: Limits, source: &str) -> Result<(), String> {
    let mut lua = Lua::builder().limits(limits).build().unwrap();
    let task = lua.load(source).name("=limits").start(()).map_err(|error| error.to_string())?;
    match task.run(&mut lua, &mut Fuel::with(50_000_000)) {
        Ok(Status::Finished) => Ok(()),
        Ok(other) => Err(format!("{other:?}")),
        Err(error) => Err(error.to_string()),
    }
}

fn with(change: impl FnOnce(&mut Limits)) -> Limits {
    let mut limits = Limits::default();
    change(&mut limits);
    limits
}

#[test]
fn memory_is_an_error_that_a_script_can_catch() {
    let limits = with(|limits| limits.memory = Some(4 << 20));
    assert_eq!(run(limits, "local t = {} for i = 1, 1e9 do t[i] = {} end"), Err("not enough memory".into()));
    assert_eq!(
        run(limits, "assert(not pcall(string.rep, 'x', 1 << 24)) local t = {} for i = 1, 100 do t[i] = i end"),
        Ok(())
    );
}

#[test]
fn no_memory_at_all_refuses_scripts_but_breaks_nothing() {
    for memory in [0, 1, 1000, 200_000] {
        let result = run(with(|limits| limits.memory = Some(memory)), "local t = {} for i = 1, 1e6 do t[i] = {i} end");
        assert_eq!(result, Err("not enough memory".into()), "with {memory}");
    }
    assert_eq!(run(with(|limits| limits.memory = Some(usize::MAX)), "local s = ('x'):rep(1 << 20) .. 'y'"), Ok(()));
}

#[test]
fn depth_is_a_stack_overflow() {
    let recursion = "local function f() return 1 + f() end f()";
    for limits in [with(|limits| limits.call_depth = 100), with(|limits| limits.stack_slots = 1000)] {
        let error = run(limits, recursion).unwrap_err();
        assert!(error.contains("stack overflow"), "{error}");
    }
    assert_eq!(
        run(
            with(|limits| limits.call_depth = 1000),
            "local function f(n) if n > 0 then return f(n - 1) end end f(1e5)"
        ),
        Ok(())
    );
}

#[test]
fn a_thread_has_some_room_whatever_the_limits_on_depth() {
    for limits in [with(|limits| limits.call_depth = 0), with(|limits| limits.stack_slots = 0)] {
        assert_eq!(run(limits, "local t = {} t.x = 1 assert(tostring(t.x) == '1')"), Ok(()));
        let error = run(limits, "local function f() return 1 + f() end f()").unwrap_err();
        assert!(error.contains("stack overflow"), "{error}");
        // It can be caught and handled.
        assert_eq!(run(limits, "local function f() return 1 + f() end assert(not pcall(f))"), Ok(()));
    }
}

#[test]
fn depth_beyond_all_bounds_ends_with_the_memory() {
    let limits = with(|limits| {
        (limits.call_depth, limits.stack_slots) = (usize::MAX, usize::MAX);
        limits.memory = Some(16 << 20);
    });
    let refused = Err("not enough memory".to_owned());
    assert_eq!(run(limits, "local function f() return 1 + f() end f()"), refused);
    assert_eq!(run(limits, "local function f(...) return f(1, ...) + 1 end f(table.unpack({}, 1, 1e5))"), refused);
    assert_eq!(run(limits, "pcall(string.rep, 'x', 1e9) assert(select('#', table.unpack({}, 1, 1e5)) == 1e5)"), Ok(()));
}

#[test]
fn coroutines_are_counted() {
    let limits = with(|limits| limits.coroutines = 100);
    let source = "local all = {} for i = 1, N do all[i] = coroutine.create(print) end";
    assert_eq!(run(limits, &source.replace('N', "99")), Ok(()));
    assert_eq!(run(limits, &source.replace('N', "100")), Err("limits:1: too many coroutines".into()));
    assert_eq!(run(limits, "for i = 1, 10000 do coroutine.wrap(function() coroutine.yield() end)() end"), Ok(()));
    assert_eq!(
        run(
            limits,
            "local all = {}
            for round = 1, 50 do
              local i = 0
              local ok, message = pcall(function() while true do i = i + 1; all[i] = coroutine.create(print) end end)
              assert(not ok and message:find('too many coroutines') and i == 100, i)
              all = {}
            end"
        ),
        Ok(())
    );
    let error = run(with(|limits| limits.coroutines = 0), "coroutine.create(print)").unwrap_err();
    assert_eq!(error, "limits:1: too many coroutines");
}

#[test]
fn a_host_has_any_number_of_tasks_but_they_count() {
    let mut lua = Lua::builder().limits(with(|limits| limits.coroutines = 10)).build().unwrap();
    let mut start = || lua.load("coroutine.create(print)").name("=task").start(()).expect("a task");
    let tasks: Vec<_> = (0..20).map(|_| start()).collect();
    let error = tasks[0].run(&mut lua, &mut Fuel::with(100_000)).unwrap_err();
    assert_eq!(error.to_string(), "task:1: too many coroutines");
    let last = tasks.into_iter().next_back().expect("there are tasks");
    assert_eq!(last.run(&mut lua, &mut Fuel::with(100_000)).unwrap(), Status::Finished, "the other tasks are garbage");
}

#[test]
fn coroutines_within_one_another_are_limited() {
    let source = "local function f(n) if n > 0 then return coroutine.wrap(f)(n - 1) end end f(...)";
    let source = source.replace("...", "40");
    assert_eq!(run(with(|limits| limits.coroutine_depth = 50), &source), Ok(()));
    for depth in [0, 1, 30] {
        let error = run(with(|limits| limits.coroutine_depth = depth), &source).unwrap_err();
        assert!(error.contains("C stack overflow"), "{depth}: {error}");
    }
    assert_eq!(run(with(|limits| limits.coroutine_depth = usize::MAX), &source), Ok(()));
}

#[test]
fn strings_are_limited() {
    let limits = with(|limits| limits.string_bytes = 1000);
    assert_eq!(run(limits, "local s = ('x'):rep(1000) assert(#s == 1000)"), Ok(()));
    for (source, message) in [
        ("return ('x'):rep(1001)", "resulting string too large"),
        ("local s = ('x'):rep(600) return s .. s", "string length overflow"),
        ("return ('x'):rep(600):gsub('x', 'yy')", "resulting string too large"),
        ("return string.format('%s%s', ('x'):rep(600), ('x'):rep(600))", "resulting string too large"),
        ("return table.concat({('x'):rep(600), ('x'):rep(600)})", "resulting string too large"),
    ] {
        let result = run(limits, source);
        assert!(result.as_ref().is_err_and(|error| error.contains(message)), "{source}: {result:?}");
    }
}

#[test]
fn strings_of_no_bytes_and_of_any_number() {
    let none = with(|limits| limits.string_bytes = 0);
    // Constants and the texts of errors do not count as strings made by the script.
    assert_eq!(run(none, "local t = {} t['a' .. ''] = #('x'):rep(0) assert(t.a == 0)"), Ok(()));
    let error = run(none, "local s = ('x'):rep(1)").unwrap_err();
    assert!(error.contains("resulting string too large"), "{error}");
    let error = run(none, "a_function_with_a_name_that_is_long_enough()").unwrap_err();
    assert!(error.contains("(global 'a_function_with_a_name_that_is_long_enough')"), "{error}");
    let any = with(|limits| (limits.string_bytes, limits.memory) = (usize::MAX, Some(16 << 20)));
    assert_eq!(run(any, "assert(not pcall(string.rep, 'x', 1 << 40)) local s = ('x'):rep(1 << 20) .. 'y'"), Ok(()));
}

#[test]
fn sources_are_limited() {
    let limits = with(|limits| limits.source_bytes = 100);
    let error = run(limits, "local f, message = load(('x = 1 '):rep(20)) error(message, 0)").unwrap_err();
    assert!(error.contains("too long"), "{error}");
    assert_eq!(run(limits, &"x = 1 ".repeat(20)), Err("chunk is too long".into()));
    let none = with(|limits| limits.source_bytes = 0);
    assert_eq!(run(none, ""), Ok(()));
    assert_eq!(run(none, "x"), Err("chunk is too long".into()));
    assert_eq!(run(with(|limits| limits.source_bytes = usize::MAX), "assert(load('x = 1'))"), Ok(()));
}

#[test]
fn fuel_suspends_and_the_task_goes_on() {
    let mut lua = Lua::builder().limits(Limits::untrusted()).build().unwrap();
    let task = lua.load("local n = 0 for i = 1, 100000 do n = n + i end return n").name("=sum").start(()).unwrap();
    let mut suspensions = 0;
    loop {
        match task.run(&mut lua, &mut Fuel::with(7000)).unwrap() {
            Status::Finished => break,
            other => assert_eq!(other, Status::OutOfFuel),
        }
        suspensions += 1;
    }
    assert!(suspensions > 10, "{suspensions}");
    assert_eq!(task.results::<i64>(&lua).unwrap(), 5000050000);
}

/// Works without the host's clock: no script needs to see a clock for it.
#[test]
fn a_deadline_suspends_whatever_the_script_does() {
    let limits = with(|limits| limits.deadline = Some(Duration::from_millis(20)));
    let mut lua = Lua::builder().limits(limits).build().unwrap();
    let task = lua.load("while true do pcall(error) end").name("=spin").start(()).unwrap();
    let start = Instant::now();
    for _ in 0..2 {
        // Enough for several seconds.
        assert_eq!(task.run(&mut lua, &mut Fuel::with(500_000_000)).unwrap(), Status::Deadline);
    }
    assert!(start.elapsed() >= Duration::from_millis(40));
    // A day is longer than any test takes.
    for long in [Duration::from_secs(86_400), Duration::MAX] {
        assert_eq!(run(with(|limits| limits.deadline = Some(long)), "for i = 1, 100000 do end"), Ok(()));
    }
}

/// A deadline is checked after each step, and after each slice of a collection that the task waits for: with a deadline
/// of zero, each call makes one of them. It does not change where steps end.
#[test]
fn a_deadline_of_zero_makes_one_step() {
    let limits = with(|limits| (limits.deadline, limits.step_fuel) = (Some(Duration::ZERO), 1000));
    let mut lua = Lua::builder().limits(limits).build().unwrap();
    let task = lua.load("while true do end").name("=spin").start(()).unwrap();
    for _ in 0..10 {
        let mut fuel = Fuel::with(1_000_000);
        assert_eq!(task.run(&mut lua, &mut fuel).unwrap(), Status::Deadline);
        assert_eq!(fuel.remaining(), 999_000);
    }
    // A large heap, which takes many slices to collect.
    let source = b"local all = {} for i = 1, 300000 do all[i] = {i} end collectgarbage() return #all";
    let task = lua.load(source).name("=collecting").start(()).unwrap();
    let (mut longest, mut slices) = (Duration::ZERO, 0);
    loop {
        let (mut fuel, start) = (Fuel::with(1_000_000), Instant::now());
        let end = task.run(&mut lua, &mut fuel).unwrap();
        longest = longest.max(start.elapsed());
        slices += u32::from(fuel.remaining() == 1_000_000);
        match end {
            Status::Deadline => {}
            end => break assert_eq!(end, Status::Finished),
        }
    }
    assert!(slices >= 5, "{slices} slices of the collection");
    assert!(longest < Duration::from_secs(1), "{longest:?}");
}

/// The host's clock is for scripts: if it jumps, deadlines do not move.
#[test]
fn a_deadline_does_not_follow_the_clock_of_the_host() {
    struct Wild(std::sync::atomic::AtomicI64);
    impl Host for Wild {
        fn now(&self) -> Option<(i64, u32)> {
            Some((self.0.fetch_add(1_000_000, std::sync::atomic::Ordering::Relaxed), 0))
        }
    }
    let limits = with(|limits| limits.deadline = Some(Duration::from_secs(3600)));
    let mut lua = Lua::builder().host(Wild(0.into())).limits(limits).build().unwrap();
    let task = lua.load("for i = 1, 1000000 do end").name("=long").start(()).unwrap();
    assert_eq!(task.run(&mut lua, &mut Fuel::with(u64::MAX)).unwrap(), Status::Finished);
}

#[test]
fn builders_open_what_they_are_asked_for() {
    let all_of = |mut lua: Lua| {
        let globals = lua.globals();
        let names = ["pcall", "string", "io", "os"].map(|name| globals.get::<Value>(&lua, name).unwrap().to_bool());
        let error = lua.load(b"\x1bFife").name("=binary").exec().unwrap_err();
        (names, error.to_string().contains("attempt to load a binary chunk"))
    };
    for (libraries, names, refuses_binary) in [
        (Libraries::NONE, [false; 4], true),
        (Libraries::SANDBOX, [true, true, false, false], true),
        (Libraries::ALL, [true; 4], false),
    ] {
        let lua = Lua::builder().host(NoHost).limits(Limits::default()).libraries(libraries).build().unwrap();
        assert_eq!(all_of(lua), (names, refuses_binary), "{libraries:?}");
    }
    // The defaults of a builder.
    assert_eq!(all_of(Lua::builder().build().unwrap()), ([true, true, false, false], true));
    assert_eq!(all_of(Lua::new()), ([true, true, false, false], true));
}

#[test]
fn all_libraries_open_where_nothing_is_allowed() {
    let mut nothing = with(|limits| limits.memory = Some(0));
    (nothing.step_fuel, nothing.deadline, nothing.source_bytes) = (0, Some(Duration::ZERO), 0);
    (nothing.stack_slots, nothing.call_depth, nothing.string_bytes) = (0, 0, 0);
    (nothing.coroutine_depth, nothing.coroutines) = (0, 0);
    let mut lua = Lua::builder().host(SystemHost::new()).limits(nothing).libraries(Libraries::ALL).build().unwrap();
    let error = lua.load("x").name("=x").into_function().unwrap_err();
    assert_eq!((error.kind(), &*error.to_string()), (ErrorKind::Syntax, "chunk is too long"));
    (nothing.source_bytes, nothing.memory) = (1000, None);
    let mut lua = Lua::builder().host(SystemHost::new()).limits(nothing).libraries(Libraries::ALL).build().unwrap();
    let source = "assert(io and os and debug and #package.path > 0) return math.max(1, 2)";
    let task = lua.load(source).name("=x").start(()).unwrap();
    let ended = (0..1000).any(|_| match task.run(&mut lua, &mut Fuel::with(1000)).unwrap() {
        Status::Deadline => false,
        end => end == Status::Finished,
    });
    assert!(ended, "it gets on, a step in each call");
}

#[test]
fn steps_of_no_fuel_get_on() {
    for step_fuel in [0, 1, u64::MAX] {
        assert_eq!(run(with(|limits| limits.step_fuel = step_fuel), "for i = 1, 1000 do end"), Ok(()));
    }
}
