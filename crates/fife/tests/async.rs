//! Async functions: awaited from everywhere that Lua can call, under tokio and under an executor that polls only what
//! was woken; cancelled; and misused.

use fife::arena::Rootable;
use fife::gc::{self, Call, Context, Error as BrandedError, Reply, async_sequence};
use fife::{
    AsyncContext, Error, ErrorKind, Fuel, Function, Libraries, Limits, Lua, OnRestore, Resumed, Status, Stepped, Table,
    Task, Thread, Value, Variadic, native,
};
use std::cell::RefCell;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{self, Poll, Wake, Waker};
use std::time::Duration;

// ---- An executor that polls only what was woken ----

/// Futures to be woken by others, in order, and the numbers of futures made and alive.
#[derive(Clone, Default)]
struct World(Arc<Things>);

#[derive(Default)]
struct Things {
    sleeping: Mutex<Vec<(Arc<AtomicBool>, Waker)>>,
    made: AtomicU32,
    dropped: AtomicU32,
    /// Whether futures may be polled without being woken: waking one of several in a task wakes the task.
    is_lenient: AtomicBool,
}

impl World {
    /// Wakes the future that has slept longest.
    fn wake_one(&self) -> bool {
        let mut sleeping = self.0.sleeping.lock().unwrap();
        if sleeping.is_empty() {
            return false;
        }
        let (flag, waker) = sleeping.remove(0);
        drop(sleeping);
        flag.store(true, Ordering::Relaxed);
        waker.wake();
        true
    }

    /// A future that is ready once woken.
    fn sleep(&self) -> Sleep {
        self.0.made.fetch_add(1, Ordering::Relaxed);
        Sleep { world: self.clone(), is_due: Arc::default(), is_asleep: false }
    }

    fn alive(&self) -> u32 {
        self.0.made.load(Ordering::Relaxed) - self.0.dropped.load(Ordering::Relaxed)
    }
}

struct Sleep {
    world: World,
    is_due: Arc<AtomicBool>,
    is_asleep: bool,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<()> {
        if self.is_due.load(Ordering::Relaxed) {
            return Poll::Ready(());
        }
        if std::mem::replace(&mut self.is_asleep, true) {
            assert!(self.world.0.is_lenient.load(Ordering::Relaxed), "polled although nothing woke it");
            return Poll::Pending;
        }
        self.world.0.sleeping.lock().unwrap().push((self.is_due.clone(), cx.waker().clone()));
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.world.0.dropped.fetch_add(1, Ordering::Relaxed);
    }
}

/// Counts wake-ups.
#[derive(Default)]
struct Woken {
    is_woken: AtomicBool,
    wakes: AtomicU32,
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.is_woken.store(true, Ordering::Relaxed);
        self.wakes.fetch_add(1, Ordering::Relaxed);
    }
}

/// Runs a future to its end, polling it only when it was woken.
fn run<T>(world: &World, future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let woken = Arc::<Woken>::default();
    let waker = Waker::from(woken.clone());
    let mut polls = 0;
    woken.is_woken.store(true, Ordering::Relaxed);
    loop {
        if woken.is_woken.swap(false, Ordering::Relaxed) {
            polls += 1;
            assert!(polls <= woken.wakes.load(Ordering::Relaxed) + 1);
            if let Poll::Ready(value) = future.as_mut().poll(&mut task::Context::from_waker(&waker)) {
                return value;
            }
        } else {
            assert!(world.wake_one(), "nothing is left that would wake it");
        }
    }
}

/// Polls a future once; it must not be ready.
fn poll_once<T>(future: Pin<&mut impl Future<Output = T>>) {
    assert!(future.poll(&mut task::Context::from_waker(Waker::noop())).is_pending());
}

/// A VM with `wait(value)`, which sleeps once, `forever()`, and `fail(message)`.
fn sleeping(world: &World) -> Lua {
    let mut lua = Lua::builder().libraries(Libraries::SANDBOX | Libraries::PACKAGE).build().unwrap();
    lua.set_poison(true);
    lua.set_quarantine(true);
    define(&lua, world);
    lua
}

fn define(lua: &Lua, world: &World) {
    let globals = lua.globals();
    let here = world.clone();
    let wait = move |value: Variadic<Value>| {
        let sleep = here.sleep();
        async move {
            sleep.await;
            value
        }
    };
    globals.set_async_function(lua, "wait", wait).unwrap();
    let here = world.clone();
    let fail = move |message: String| {
        let sleep = here.sleep();
        async move {
            sleep.await;
            Err::<(), _>(message)
        }
    };
    globals.set_async_function(lua, "fail", fail).unwrap();
}

/// Code that waits in a place where Lua calls, and its result.
const PLACES: &[(&str, &str, &str)] = &[
    ("main", "return wait('a')", "a"),
    ("several", "local a, b = wait('a', 'b') return a .. b", "ab"),
    (
        "coroutine",
        "local co = coroutine.wrap(function(a) local b = coroutine.yield(wait(a)) return wait(b) end) return co('x') .. co('y')",
        "xy",
    ),
    (
        "nested coroutines",
        "local f = wait for i = 1, 5 do local g = f f = function(a) return coroutine.wrap(g)(a) end end return f('deep')",
        "deep",
    ),
    ("pcall", "return select(2, pcall(wait, 'p'))", "p"),
    ("failing in pcall", "local ok, e = pcall(fail, 'why') return tostring(ok) .. ' ' .. e", "false why"),
    ("xpcall", "return select(2, xpcall(wait, print, 'x'))", "x"),
    ("xpcall handler", "return select(2, xpcall(error, function(e) return wait(e) .. '!' end, 'oops'))", "oops!"),
    (
        "sort",
        "local t = {3, 1, 2} table.sort(t, function(a, b) return wait(a) < wait(b) end) return table.concat(t)",
        "123",
    ),
    ("gsub", "return (('abc'):gsub('.', function(c) return wait(c:upper()) end))", "ABC"),
    ("gsub alone", "return (('abc'):gsub('.', wait))", "abc"),
    ("__index", "return setmetatable({}, {__index = function(_, k) return wait(k) end}).key", "key"),
    (
        "__newindex",
        "local t = {} setmetatable(t, {__newindex = function(_, k, v) rawset(t, k, wait(v)) end}).a = 'new' return t.a",
        "new",
    ),
    ("__call", "return setmetatable({}, {__call = function(_, a) return wait(a) end})('called')", "called"),
    (
        "__eq",
        "local m = {__eq = function() return wait(true) end} return tostring(setmetatable({}, m) == setmetatable({}, m))",
        "true",
    ),
    ("__concat", "return setmetatable({}, {__concat = function(_, s) return wait(s) end}) .. 's'", "s"),
    ("__tostring", "return tostring(setmetatable({}, {__tostring = function() return wait('text') end}))", "text"),
    (
        "__close",
        "local s do local x <close> = setmetatable({}, {__close = function() s = wait('closed') end}) end return s",
        "closed",
    ),
    (
        "__close on the way of an error",
        "local s pcall(function() local x <close> = setmetatable({}, {__close = function(_, e) s = wait(e) end}) error('e', 0) end) return s",
        "e",
    ),
    (
        "iterator",
        "local s = '' for i in function(_, i) i = (i or 0) + 1 if i < 4 then return wait(i) end end do s = s .. i end return s",
        "123",
    ),
    ("require", "package.preload.m = function() return wait('m') end return (require('m'))", "m"),
    (
        "load reader",
        "local parts, i = {'return ', \"'x'\"}, 0 return load(function() i = i + 1 return wait(parts[i] or '') end)()",
        "x",
    ),
    ("tail call", "local function f(n) if n == 0 then return wait('end') end return f(n - 1) end return f(100)", "end"),
    (
        "table.concat",
        "local l = setmetatable({}, {__index = function(_, i) return wait('e' .. i) end, __len = function() return 2 end}) return table.concat(l)",
        "e1e2",
    ),
];

#[test]
fn awaited_from_everywhere() {
    for (place, source, expected) in PLACES {
        let world = World::default();
        let mut lua = sleeping(&world);
        let found = run(&world, lua.load(source).name("=place").call_async::<String>(()));
        assert_eq!(found.unwrap_or_else(|error| panic!("{place}: {error:?}")), *expected, "{place}");
        assert!(world.0.made.load(Ordering::Relaxed) > 0 && world.alive() == 0, "{place}");
    }
}

/// The same with a collection at each pause, and with the shortest possible steps.
#[test]
fn awaited_from_everywhere_with_collections() {
    for (place, source, expected) in PLACES {
        let world = World::default();
        let mut lua = sleeping(&world);
        let task = lua.load(source).name("=place").start(()).unwrap();
        loop {
            match lua.step(&task, &mut Fuel::with(1)) {
                Stepped::Finished => break,
                Stepped::Failed => panic!("{place}: {:?}", task.error(&lua)),
                Stepped::Waiting => assert!(world.wake_one(), "{place}"),
                _ => {}
            }
            lua.collect_all();
        }
        assert_eq!(task.results::<String>(&lua).unwrap(), *expected, "{place}");
        assert_eq!(world.alive(), 0, "{place}");
    }
}

fn tokio() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap()
}

#[test]
fn awaited_from_everywhere_under_tokio() {
    for (place, source, expected) in PLACES {
        let mut lua = sleeping(&World::default());
        let globals = lua.globals();
        let wait = |value: Variadic<Value>| async move {
            tokio::time::sleep(Duration::from_micros(100)).await;
            value
        };
        globals.set_async_function(&lua, "wait", wait).unwrap();
        let fail = |message: String| async move {
            tokio::task::yield_now().await;
            Err::<(), _>(message)
        };
        globals.set_async_function(&lua, "fail", fail).unwrap();
        let found = tokio().block_on(lua.load(source).name("=place").call_async::<String>(()));
        assert_eq!(found.unwrap_or_else(|error| panic!("{place}: {error:?}")), *expected, "{place}");
    }
}

/// Put before each place: a variable that notes when it is closed. The collector is stopped.
const DOOR: &str = "collectgarbage('stop') closed = nil
    local door <close> = setmetatable({}, {__close = function(_, e) closed = e end}) ";

#[test]
fn a_timeout_closes_and_drops() {
    for (place, source, _) in PLACES {
        let world = World::default();
        let mut lua = sleeping(&world);
        let source = format!("{DOOR} {source}");
        let found = tokio().block_on(async {
            let running = lua.load(source).name("=place").call_async::<()>(());
            tokio::time::timeout(Duration::from_millis(2), running).await.map(|_| ())
        });
        assert!(found.is_err(), "{place}");
        assert_eq!((world.0.made.load(Ordering::Relaxed), world.alive()), (1, 0), "{place}");
        assert_eq!(lua.memory().collections, 0);
        assert_eq!(lua.load("closed").eval::<String>().unwrap(), "task was cancelled", "{place}");
        lua.collect_all();
    }
}

#[test]
fn a_call_that_nothing_waits_for_is_cancelled() {
    for (place, source, _) in PLACES {
        let world = World::default();
        let mut lua = sleeping(&world);
        let task = lua.load(source).start(()).unwrap();
        for _ in 0..2 {
            assert_eq!(lua.step(&task, &mut Fuel::with(0)), Stepped::Ready);
        }
        assert_eq!(task.run(&mut lua, &mut Fuel::with(100_000)).unwrap(), Status::Waiting, "{place}");
        drop(task);
        lua.enter(|_| ());
        assert_eq!(world.alive(), 0);
        let error = lua.load(format!("{DOOR} {source}")).name("=place").exec().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Waiting, "{place}: {error}");
        assert!(
            error.traceback().is_some_and(|text| text.contains("in function 'wait'") || text.contains("'fail'")),
            "{error:?}"
        );
        assert_eq!(world.alive(), 0, "{place}");
        assert_eq!(lua.load("closed").eval::<String>().unwrap(), "task was cancelled", "{place}");
    }
}

// ---- Cancelling ----

/// A task that has run until it waits, or has used this much fuel.
fn started(lua: &mut Lua, source: &str) -> Task {
    let task = lua.load(source).name("=task").start(()).unwrap();
    let status = task.run(lua, &mut Fuel::with(50_000)).unwrap();
    assert!(matches!(status, Status::Waiting | Status::OutOfFuel), "{status:?}");
    task
}

const LOG: &str = "log = {}
    local function closing(name, f) return setmetatable({}, {__close = function(_, e)
        log[#log + 1] = name .. ': ' .. tostring(e) if f then f() end log[#log + 1] = name .. ' done' end}) end ";

#[test]
fn cancelling_closes_everything() {
    let world = World::default();
    let mut lua = sleeping(&world);
    for (source, fuel, expected) in [
        ("local a <close> = closing('a') while true do pcall(error) end", 10_000, Some("a: task was cancelled, a done")),
        ("pcall(function() local a <close> = closing('a') while true do end end)", 10_000, Some("a: task was cancelled, a done")),
        ("local a <close> = closing('a') local b <close> = closing('b') wait()", 10_000, Some("b: task was cancelled, b done, a: task was cancelled, a done")),
        // The variables of its coroutines are closed first, and no pcall in between keeps any error away from them.
        (
            "local a <close> = closing('a')
             local function inner() local c <close> = closing('c') pcall(wait) end
             local function outer() local b <close> = closing('b') pcall(coroutine.wrap(inner)) end
             pcall(coroutine.wrap(outer)) while true do end",
            10_000,
            Some("c: task was cancelled, c done, b: task was cancelled, b done, a: task was cancelled, a done"),
        ),
        // A method that fails, yields or waits ends there, and the next one runs.
        (
            "local a <close> = closing('a') local b <close> = closing('b', error) local c <close> = closing('c', coroutine.yield)
             local d <close> = closing('d', wait) while true do end",
            10_000,
            Some("d: task was cancelled, c: task was cancelled, b: task was cancelled, a: task was cancelled, a done"),
        ),
        (
            "local a <close> = closing('a')
             local co = coroutine.wrap(function() local b <close> = closing('b', coroutine.yield)
                local c <close> = closing('c', function() local ok, e = pcall(wait) log[#log + 1] = e
                ok, e = pcall(coroutine.yield) log[#log + 1] = e log[#log + 1] = tostring(coroutine.isyieldable()) end)
                while true do end end) co()",
            10_000,
            Some("c: task was cancelled, attempt to wait in a task that is cancelled, \
                  attempt to yield across a C-call boundary, false, c done, b: task was cancelled, a: task was cancelled, a done"),
        ),
        // Running coroutines of its own and closing others does not count as yielding.
        (
            "local a <close> = closing('a', function()
                 local co = coroutine.wrap(function() coroutine.yield('y') end) log[#log + 1] = co()
                 local other = coroutine.create(function() local b <close> = closing('b') coroutine.yield() end)
                 coroutine.resume(other) local ok = coroutine.close(other) log[#log + 1] = tostring(ok) end) wait()",
            10_000,
            Some("a: task was cancelled, y, b: nil, b done, true, a done"),
        ),
        // While one is already being closed.
        ("local a <close> = closing('a') do local b <close> = closing('b', wait) end", 10_000, Some("b: nil, a: task was cancelled, a done")),
        ("local a <close> = closing('a') coroutine.close((function() local co = coroutine.create(function()
            local b <close> = closing('b') local c <close> = closing('c', wait) coroutine.yield() end)
            coroutine.resume(co) return co end)())", 10_000, Some("c: nil, b: task was cancelled, b done, a: task was cancelled, a done")),
        // In a finalizer, in a hook and in a handler.
        ("local a <close> = closing('a') xpcall(error, function() local b <close> = closing('b') wait() end)", 10_000,
            Some("b: task was cancelled, b done, a: task was cancelled, a done")),
        ("local a <close> = closing('a') setmetatable({}, {__gc = function() local b <close> = closing('b') while true do end end}) collectgarbage()", 10_000,
            Some("b: task was cancelled, b done, a: task was cancelled, a done")),
        // With nothing to close, it takes nothing.
        ("while true do end", 0, Some("")),
        ("wait()", 0, Some("")),
        ("local a <close> = closing('a') wait()", 0, None),
        // One never ends, and uses all the fuel there is.
        ("local a <close> = closing('a') local b <close> = closing('b', function() while true do end end) wait()", 10_000, None),
        ("local a <close> = closing('a', function() while true do pcall(error) end end) wait()", 10_000, None),
        ("local a <close> = closing('a', function() while true do pcall(wait) end end) wait()", 10_000, None),
        ("local a <close> = closing('a', function() while true do pcall(coroutine.yield) end end) wait()", 10_000, None),
    ] {
        let before = world.alive();
        let task = started(&mut lua, &format!("{LOG} {source}"));
        let mut fuel = Fuel::with(fuel);
        let is_closed = task.cancel(&mut lua, &mut fuel);
        assert_eq!(is_closed, expected.is_some(), "{source}");
        assert!(is_closed || fuel.remaining() <= 0 && fuel.remaining() > -100, "{source}: {fuel:?}");
        assert_eq!(world.alive(), before, "{source}: its futures are dropped");
        let error = task.error(&lua).unwrap();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Cancelled, &b"task was cancelled"[..]), "{source}");
        assert_eq!(task.run(&mut lua, &mut Fuel::with(1000)).unwrap_err().kind(), ErrorKind::Cancelled);
        // Again, there is nothing to do.
        assert!(task.cancel(&mut lua, &mut Fuel::with(0)));
        let log = lua.load("table.concat(log, ', ')").eval::<String>().unwrap();
        if let Some(expected) = expected {
            assert_eq!(log, expected, "{source}");
        }
        lua.collect_all();
    }
}

/// With collections at each pause, and steps that end anywhere.
#[test]
fn cancelling_in_short_steps() {
    let mut limits = Limits::default();
    limits.step_fuel = 1;
    let world = World::default();
    let mut lua = Lua::builder().limits(limits).build().unwrap();
    lua.set_poison(true);
    define(&lua, &world);
    let source = format!(
        "{LOG} local a <close> = closing('a') local t = {{}}
         local function f(n) local x <close> = closing(n, function() t[n] = {{n}} end) if n > 0 then f(n - 1) end
             coroutine.wrap(function() local y <close> = closing('y' .. n) wait() end)() end f(5)"
    );
    let task = started(&mut lua, &source);
    assert!(task.cancel(&mut lua, &mut Fuel::with(100_000)));
    let log = lua.load("table.concat(log, ', ')").eval::<String>().unwrap();
    assert!(log.starts_with("y0: task was cancelled, y0 done, 0: task was cancelled, 0 done, 1: task"), "{log}");
    assert!(log.ends_with("5 done, a: task was cancelled, a done"), "{log}");
}

/// A waiting task has given back most of its stack. If it cannot get that again, nothing is closed, and the host is
/// told.
#[test]
fn cancelling_without_memory() {
    let world = World::default();
    let mut lua = sleeping(&world);
    for (source, expected) in [("local a <close> = closing('a') wait()", false), ("wait()", true)] {
        let task = started(&mut lua, &format!("{LOG} {source}"));
        lua.refuse_allocations(0, u64::MAX);
        let is_closed = task.cancel(&mut lua, &mut Fuel::with(100_000));
        lua.refuse_allocations(u64::MAX, 0);
        assert_eq!(is_closed, expected, "{source}");
        assert_eq!(lua.load("#log").eval::<i64>().unwrap(), 0);
        assert_eq!(task.error(&lua).unwrap().kind(), ErrorKind::Cancelled);
        assert_eq!(world.alive(), 0);
    }
}

/// A call that runs out of fuel or time is cancelled, with `Limits::close_fuel`.
#[test]
fn what_is_stopped_is_cancelled() {
    for (close_fuel, expected) in [(10_000, Some("task was cancelled")), (0, None)] {
        let mut limits = Limits::untrusted();
        limits.close_fuel = close_fuel;
        limits.fuel = Some(100_000);
        let mut lua = Lua::builder().limits(limits).build().unwrap();
        let spin = "local a <close> = setmetatable({}, {__close = function(_, e) closed = e end}) while true do end";
        let closed = |lua: &mut Lua| {
            let closed = lua.globals().get::<Option<String>>(lua, "closed").unwrap();
            lua.globals().set(lua, "closed", Value::Nil).unwrap();
            closed
        };
        assert_eq!(lua.load(spin).exec().unwrap_err().kind(), ErrorKind::Fuel);
        assert_eq!(closed(&mut lua).as_deref(), expected);
        let function = lua.load(spin).into_function().unwrap();
        assert_eq!(function.call::<()>(&mut lua, ()).unwrap_err().kind(), ErrorKind::Fuel);
        assert_eq!(closed(&mut lua).as_deref(), expected);
        let thread = Thread::new(&lua, &function).unwrap();
        assert_eq!(thread.resume::<()>(&mut lua, ()).unwrap_err().kind(), ErrorKind::Fuel);
        assert_eq!(closed(&mut lua).as_deref(), expected);
        let running = function.call_async::<()>(&mut lua, ());
        assert_eq!(run(&World::default(), running).unwrap_err().kind(), ErrorKind::Fuel);
        assert_eq!(closed(&mut lua).as_deref(), expected);

        limits.fuel = None;
        limits.deadline = Some(Duration::from_millis(5));
        let mut lua = Lua::builder().limits(limits).build().unwrap();
        assert_eq!(lua.load(spin).exec().unwrap_err().kind(), ErrorKind::Deadline);
        assert_eq!(closed(&mut lua).as_deref(), expected);
        let running = lua.load(spin).call_async::<()>(());
        assert_eq!(run(&World::default(), running).unwrap_err().kind(), ErrorKind::Deadline);
        assert_eq!(closed(&mut lua).as_deref(), expected);
    }
}

/// Waiting does not count as time: a deadline is for running code.
#[test]
fn waiting_is_not_running() {
    let mut limits = Limits::untrusted();
    limits.deadline = Some(Duration::from_millis(200));
    let mut lua = Lua::builder().limits(limits).build().unwrap();
    let sleep = |seconds: f64| tokio::time::sleep(Duration::from_secs_f64(seconds));
    lua.globals().set_async_function(&lua, "sleep", sleep).unwrap();
    tokio().block_on(lua.load("for i = 1, 3 do sleep(0.1) end").call_async::<()>(())).unwrap();
}

/// A finalizer may not delay the task's own work, which may have nothing to do with it.
#[test]
fn finalizers_do_not_wait() {
    let world = World::default();
    let mut lua = Lua::new();
    define(&lua, &world);
    let source = "local ok setmetatable({}, {__gc = function()
            ok = select(2, pcall(wait)) .. ', ' .. select(2, pcall(coroutine.wrap(function() wait() end))) wait() end})
        collectgarbage() return ok";
    let expected = "attempt to wait in a finalizer, attempt to wait in a finalizer";
    assert_eq!(lua.load(source).eval::<String>().unwrap(), expected);
    assert_eq!(run(&world, lua.load(source).call_async::<String>(())).unwrap(), expected);
    assert_eq!((world.0.made.load(Ordering::Relaxed), world.alive()), (6, 0));
}

/// A task cancels nothing of another task or of another VM.
#[test]
fn only_its_own() {
    let world = World::default();
    let (mut lua, mut other) = (sleeping(&world), sleeping(&world));
    let tasks = [(); 2].map(|()| {
        started(&mut lua, "local x <close> = setmetatable({}, {__close = function() closed = true end}) wait()")
    });
    assert!(!tasks[0].cancel(&mut other, &mut Fuel::with(1000)));
    let mut cx = task::Context::from_waker(Waker::noop());
    let error = tasks[0].poll(&mut other, &mut Fuel::with(1000), &mut cx).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Handle);
    assert_eq!(tasks[0].run(&mut other, &mut Fuel::with(1000)).unwrap_err().kind(), ErrorKind::Handle);
    assert_eq!(world.alive(), 2);
    assert!(tasks[0].cancel(&mut lua, &mut Fuel::with(1000)));
    assert_eq!(world.alive(), 1);
    while world.wake_one() {}
    assert_eq!(tasks[1].run(&mut lua, &mut Fuel::with(1000)).unwrap(), Status::Finished);
    let function: Function = lua.load("wait").eval().unwrap();
    assert_eq!(run(&world, function.call_async::<()>(&mut other, ())).unwrap_err().kind(), ErrorKind::Handle);
}

// ---- Polling ----

/// A waiting task does not run before it is woken, and each poll is bounded.
#[test]
fn polls_are_bounded() {
    let world = World::default();
    let mut lua = sleeping(&world);
    let woken = Arc::<Woken>::default();
    let waker = Waker::from(woken.clone());
    let mut cx = task::Context::from_waker(&waker);
    let wakes = || woken.wakes.load(Ordering::Relaxed);
    let task = lua.load("local a = wait(1) for i = 1, 200000 do end return a").start(()).unwrap();
    let mut fuel = Fuel::with(1_000_000);
    assert_eq!(task.poll(&mut lua, &mut fuel, &mut cx).unwrap(), Status::Waiting);
    assert_eq!(wakes(), 0);
    let left = fuel.remaining();
    for _ in 0..3 {
        assert_eq!(task.poll(&mut lua, &mut fuel, &mut cx).unwrap(), Status::Waiting);
    }
    assert_eq!((wakes(), fuel.remaining()), (0, left));
    assert!(world.wake_one());
    assert_eq!(wakes(), 1);
    let mut polls = 0;
    loop {
        let before = fuel.remaining();
        let status = task.poll(&mut lua, &mut fuel, &mut cx).unwrap();
        polls += 1;
        assert!(before - fuel.remaining() <= 65_536 + 1000);
        if status == Status::Finished {
            break;
        }
        assert_eq!((status, wakes()), (Status::Waiting, 1 + polls), "it wakes itself");
    }
    assert!(polls >= 3);
    assert_eq!(task.poll(&mut lua, &mut Fuel::with(0), &mut cx).unwrap(), Status::Finished);
    // Without fuel, it reports that.
    let task = lua.load("while true do end").start(()).unwrap();
    assert_eq!(task.poll(&mut lua, &mut Fuel::with(1000), &mut cx).unwrap(), Status::OutOfFuel);
    assert_eq!(task.poll(&mut lua, &mut Fuel::with(0), &mut cx).unwrap(), Status::OutOfFuel);
    // A waiting task that is interrupted has a reason to be polled.
    let task = started(&mut lua, "return select(2, pcall(wait))");
    assert_eq!(task.poll(&mut lua, &mut Fuel::with(1000), &mut cx).unwrap(), Status::Waiting);
    let before = wakes();
    task.interrupt(&lua, "enough").unwrap();
    assert_eq!(wakes(), before + 1);
    assert_eq!(task.poll(&mut lua, &mut Fuel::with(1000), &mut cx).unwrap(), Status::Finished);
    assert_eq!(task.results::<String>(&lua).unwrap(), "enough");
    // A future that waits for a task is woken at its end, whatever ends it.
    let ends: [fn(&mut Lua, Task); 3] = [
        |lua, task| assert!(task.cancel(lua, &mut Fuel::with(1000))),
        |lua, task| {
            task.interrupt(lua, "enough").unwrap();
            assert!(task.run(lua, &mut Fuel::with(1000)).is_err());
        },
        |lua, task| {
            drop(task);
            lua.enter(|_| ());
        },
    ];
    for end in ends {
        let task = started(&mut lua, "wait()");
        assert_eq!(task.poll(&mut lua, &mut Fuel::with(1000), &mut cx).unwrap(), Status::Waiting);
        let before = wakes();
        end(&mut lua, task);
        assert_eq!(wakes(), before + 1);
    }
    assert_eq!(world.alive(), 0);
}

/// A future that wakes itself forever costs fuel and yields to the runtime.
#[test]
fn a_future_that_wakes_itself_ends() {
    struct Restless(Arc<AtomicU32>);
    impl Future for Restless {
        type Output = ();

        fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<()> {
            self.0.fetch_add(1, Ordering::Relaxed);
            cx.waker().wake_by_ref();
            Poll::Pending
        }
    }
    let mut limits = Limits::untrusted();
    limits.fuel = Some(100_000);
    let mut lua = Lua::builder().limits(limits).build().unwrap();
    let polls = Arc::<AtomicU32>::default();
    let here = polls.clone();
    lua.globals().set_async_function(&lua, "restless", move || Restless(here.clone())).unwrap();
    let error = run(&World::default(), lua.load("restless()").call_async::<()>(())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Fuel);
    assert!((1000..10_000).contains(&polls.swap(0, Ordering::Relaxed)));
    // The same in a call that waits for its end.
    let error = lua.load("restless()").exec().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Fuel);
    assert!((1000..10_000).contains(&polls.load(Ordering::Relaxed)));
    // Other tasks get their turn beside it.
    limits.fuel = None;
    limits.deadline = None;
    for source in
        ["while true do end", "while true do pcall(error) end", "restless()", "while true do pcall(restless) end"]
    {
        let mut lua = Lua::builder().limits(limits).build().unwrap();
        let here = polls.clone();
        lua.globals().set_async_function(&lua, "restless", move || Restless(here.clone())).unwrap();
        let found = tokio().block_on(async {
            tokio::time::timeout(Duration::from_millis(20), lua.load(source).call_async::<()>(())).await.is_err()
        });
        assert!(found, "{source}");
    }
}

/// A result that is ready at once involves no waiting.
#[test]
fn what_is_ready_is_returned_at_once() {
    let mut lua = Lua::new();
    lua.globals().set_async_function(&lua, "add", |a: i64, b: i64| async move { a + b }).unwrap();
    assert_eq!(lua.load("add(40, add(1, 1))").eval::<i64>().unwrap(), 42);
    let error = lua.load("add(1, {})").name("=chunk").exec().unwrap_err();
    assert_eq!(error.to_string(), "chunk:1: bad argument #2 to 'add' (integer expected, got table)");
    let error = lua.load("\nadd(1)").name("=chunk").exec().unwrap_err();
    assert_eq!(error.to_string(), "chunk:2: bad argument #2 to 'add' (integer expected, got no value)");
    lua.globals().set_async_function(&lua, "parse", |text: String| async move { text.parse::<i64>() }).unwrap();
    let error = lua.load("\n\nparse('x')").name("=chunk").exec().unwrap_err();
    assert_eq!(error.to_string(), "invalid digit found in string");
    assert!(error.downcast_ref::<std::num::ParseIntError>().is_some());
    assert_eq!(error.position().unwrap().line, 3);
    assert_eq!(lua.load("select('#', parse('1'))").eval::<i64>().unwrap(), 1);
    #[allow(clippy::too_many_arguments)]
    async fn twelve(
        a: i64,
        b: i64,
        c: i64,
        d: i64,
        e: i64,
        f: i64,
        g: i64,
        h: i64,
        i: i64,
        j: i64,
        k: i64,
        l: Variadic<i64>,
    ) -> (i64, Variadic<i64>) {
        (a + b + c + d + e + f + g + h + i + j + k, l)
    }
    lua.globals().set_async_function(&lua, "twelve", twelve).unwrap();
    let found: (i64, i64, i64) = lua.load("twelve(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 12, 13)").eval().unwrap();
    assert_eq!(found, (11, 12, 13));
}

// ---- Requests of async functions to the VM ----

#[test]
fn async_functions_call_lua() {
    let world = World::default();
    let mut lua = sleeping(&world);
    let globals = lua.globals();
    let here = world.clone();
    let each = move |ctx: AsyncContext, list: Table, f: Function| {
        let here = here.clone();
        async move {
            let length = ctx
                .with({
                    let list = list.clone();
                    move |ctx| list.len(&ctx)
                })
                .await??;
            for index in 1..=length {
                here.sleep().await;
                let value: Value = ctx
                    .with({
                        let list = list.clone();
                        move |ctx| list.get(&ctx, index)
                    })
                    .await??;
                let new: Value = ctx.call(&f, (value, index)).await?;
                ctx.with({
                    let list = list.clone();
                    move |ctx| list.set(&ctx, index, new)
                })
                .await??;
            }
            Ok::<_, Error>(list)
        }
    };
    globals.set_async_function(&lua, "each", each).unwrap();
    let found = "return table.concat(each({'a', 'b', 'c'}, function(s, i) return s .. wait(i) end))";
    assert_eq!(run(&world, lua.load(found).call_async::<String>(())).unwrap(), "a1b2c3");
    // An error passes through unchanged, or is caught there.
    let failing = "return select(2, pcall(each, {1}, function() error({code = 7}) end)).code";
    assert_eq!(run(&world, lua.load(failing).call_async::<i64>(())).unwrap(), 7);
    let error =
        run(&world, lua.load("each({1}, function() error('oops') end)").name("=c").call_async::<()>(())).unwrap_err();
    assert_eq!(error.to_string(), "c:1: oops");
    // A nested call waits inside, and is cancelled with its caller.
    let nested = format!(
        "{DOOR} each({{1}}, function() local x <close> = setmetatable({{}}, {{__close = function() inner = closed == nil end}}) wait() wait() end)"
    );
    let mut running = Box::pin(lua.load(&*nested).call_async::<()>(()));
    poll_once(running.as_mut());
    assert!(world.wake_one());
    poll_once(running.as_mut());
    drop(running);
    assert_eq!(world.alive(), 0);
    assert_eq!(
        lua.load("return inner, closed").call::<(bool, String)>(()).unwrap(),
        (true, "task was cancelled".to_owned())
    );
    // Results of the wrong type.
    let error = run(&world, lua.load("asks = nil").call_async::<()>(()));
    assert!(error.is_ok());
    let asks =
        |ctx: AsyncContext, f: Function| async move { ctx.call::<(i64, i64)>(&f, ()).await.map(|it| it.0 + it.1) };
    globals.set_async_function(&lua, "sum", asks).unwrap();
    assert_eq!(lua.load("sum(function() return 40, 2 end)").eval::<i64>().unwrap(), 42);
    let error = lua.load("sum(function() return 40, {} end)").eval::<i64>().unwrap_err();
    assert!(error.to_string().ends_with("result 2: integer expected, got table"), "{error}");
    // Async functions within one another, to any depth.
    globals.set(&lua, "depth", 0).unwrap();
    let deep = "local function f() depth = depth + 1 return sum(f) end return f()";
    let error = lua.load(deep).exec().unwrap_err();
    assert!(error.to_string().contains("stack overflow"), "{error}");
    assert!(globals.get::<i64>(&lua, "depth").unwrap() > 1000);
}

#[test]
fn async_functions_yield() {
    let world = World::default();
    let mut lua = sleeping(&world);
    let here = world.clone();
    let count = move |ctx: AsyncContext, to: i64| {
        let here = here.clone();
        async move {
            let mut sum = 0;
            for index in 1..=to {
                here.sleep().await;
                sum += ctx.yield_with::<i64>((index, "of")).await?;
            }
            Ok::<_, Error>(sum)
        }
    };
    lua.globals().set_async_function(&lua, "count", count).unwrap();
    let source = "local co, got = coroutine.wrap(count), {}
        local a, b = co(3) while b == 'of' do got[#got + 1] = a a, b = co(a * 10) end return table.concat(got), a";
    let found = run(&world, lua.load(source).call_async::<(String, i64)>(()));
    assert_eq!(found.unwrap(), ("123".to_owned(), 60));
    let error = run(&world, lua.load("count(1)").call_async::<()>(())).unwrap_err();
    assert_eq!(error.to_string(), "attempt to yield from outside a coroutine");
    // A coroutine that has yielded is a value that keeps its future until it is closed or collected.
    let source = "co = coroutine.wrap(count) return (co(1))";
    assert_eq!(run(&world, lua.load(source).call_async::<i64>(())).unwrap(), 1);
    lua.load("co = nil").exec().unwrap();
    lua.collect_all();
    let echo = |ctx: AsyncContext, value: Value| async move { ctx.yield_with::<Value>(value).await };
    let echo = lua.async_function("echo", echo).unwrap();
    let thread = Thread::new(&lua, &echo).unwrap();
    assert_eq!(thread.resume::<i64>(&mut lua, 1).unwrap(), Resumed::Yielded(1));
    assert_eq!(thread.resume::<i64>(&mut lua, 2).unwrap(), Resumed::Returned(2));
}

/// Requests made at once are carried out one after another; a request that is no longer awaited is not made.
#[test]
fn requests_at_once() {
    /// Polls all, and returns all outputs.
    async fn join<F: Future>(futures: Vec<Pin<Box<F>>>) -> Vec<F::Output> {
        let mut slots: Vec<_> = futures.into_iter().map(|future| (Some(future), None)).collect();
        std::future::poll_fn(move |cx| {
            for (future, output) in &mut slots {
                if let Some(Poll::Ready(value)) = future.as_mut().map(|future| future.as_mut().poll(cx)) {
                    (*future, *output) = (None, Some(value));
                }
            }
            if slots.iter().all(|(_, output)| output.is_some()) {
                return Poll::Ready(slots.iter_mut().filter_map(|(_, output)| output.take()).collect());
            }
            Poll::Pending
        })
        .await
    }
    let world = World::default();
    world.0.is_lenient.store(true, Ordering::Relaxed);
    let mut lua = sleeping(&world);
    let all = |ctx: AsyncContext, f: Function, count: i64| async move {
        let one = |index: i64| {
            let (ctx, f) = (ctx.clone(), f.clone());
            Box::pin(async move { ctx.call::<i64>(&f, index).await })
        };
        let found = join((0..count).map(one).collect()).await;
        found.into_iter().collect::<Result<Vec<i64>, _>>()
    };
    let globals = lua.globals();
    globals.set_async_function(&lua, "all", all).unwrap();
    let found = run(
        &world,
        lua.load("return table.concat(all(function(i) return wait(i * i) end, 10), ' ')").call_async::<String>(()),
    );
    assert_eq!(found.unwrap(), "0 1 4 9 16 25 36 49 64 81");
    // The first is enough: the second is dropped while it waits for its turn.
    let first = |ctx: AsyncContext, f: Function| async move {
        let mut ahead = Box::pin(ctx.call::<i64>(&f, 1));
        let mut behind = Box::pin(ctx.call::<i64>(&f, 2));
        std::future::poll_fn(|cx| {
            let found = ahead.as_mut().poll(cx);
            if found.is_pending() {
                assert!(behind.as_mut().poll(cx).is_pending());
            }
            found
        })
        .await
    };
    globals.set_async_function(&lua, "first", first).unwrap();
    let source = "local calls = 0 local a = first(function(i) calls = calls + 1 return wait(i) end) return a, calls";
    assert_eq!(run(&world, lua.load(source).call_async::<(i64, i64)>(())).unwrap(), (1, 1));
    // The one that is running is dropped: its result goes nowhere.
    let second = |ctx: AsyncContext, f: Function| async move {
        {
            let mut dropped = Box::pin(ctx.call::<i64>(&f, 1));
            let mut polled = false;
            std::future::poll_fn(|cx| {
                if polled {
                    return Poll::Ready(());
                }
                polled = true;
                assert!(dropped.as_mut().poll(cx).is_pending());
                cx.waker().wake_by_ref();
                Poll::Pending
            })
            .await;
        }
        ctx.call::<i64>(&f, 2).await
    };
    globals.set_async_function(&lua, "second", second).unwrap();
    let source = "local calls = 0 local a = second(function(i) calls = calls + 1 return wait(i) end) return a, calls";
    assert_eq!(run(&world, lua.load(source).call_async::<(i64, i64)>(())).unwrap(), (2, 2));
}

thread_local! {
    static KEPT: RefCell<Option<AsyncContext>> = const { RefCell::new(None) };
}

/// A context used after its function has ended, or from another task of the runtime.
#[test]
fn contexts_in_other_places() {
    let world = World::default();
    world.0.is_lenient.store(true, Ordering::Relaxed);
    let mut lua = sleeping(&world);
    let globals = lua.globals();
    globals
        .set_async_function(
            &lua,
            "keep",
            |ctx: AsyncContext| async move { KEPT.with(|it| *it.borrow_mut() = Some(ctx)) },
        )
        .unwrap();
    let function: Function = lua.load("print").eval().unwrap_or_else(|_| lua.load("function() end").eval().unwrap());
    let over = |kept: &AsyncContext| {
        assert!(run(&world, kept.call::<()>(&function, ())).unwrap_err().to_string().contains("has ended"));
        assert!(run(&world, kept.yield_with::<()>(())).is_err());
        assert!(run(&world, kept.with(|_| ())).is_err());
    };
    lua.load("keep()").exec().unwrap();
    let kept = KEPT.with(|it| it.borrow_mut().take()).unwrap();
    over(&kept);
    assert_eq!(kept.key().number, 1);
    // In a call of another VM, which does not carry it out.
    let mut other = sleeping(&world);
    let foreign = kept.clone();
    other
        .globals()
        .set_async_function(&other, "use", move || {
            let kept = foreign.clone();
            async move { kept.with(|_| 1).await }
        })
        .unwrap();
    assert!(other.load("use()").exec().unwrap_err().to_string().contains("has ended"));
    drop(lua);
    over(&kept);

    // While it waits, others may make requests; a pending request fails when the function ends.
    let mut lua = sleeping(&world);
    let here = world.clone();
    let lend = move |ctx: AsyncContext| {
        KEPT.with(|it| *it.borrow_mut() = Some(ctx));
        here.sleep()
    };
    lua.globals().set_async_function(&lua, "lend", lend).unwrap();
    let double: Function = lua.load("function(a) return 2 * wait(a) end").eval().unwrap();
    let woken = Arc::<Woken>::default();
    let waker = Waker::from(woken.clone());
    let mut cx = task::Context::from_waker(&waker);
    let mut running = Box::pin(lua.load("lend() return 'end'").call_async::<String>(()));
    assert!(running.as_mut().poll(&mut cx).is_pending());
    let kept = KEPT.with(|it| it.borrow_mut().take()).unwrap();
    let mut outside = Box::pin(kept.call::<i64>(&double, 21));
    assert!(outside.as_mut().poll(&mut cx).is_pending());
    assert_eq!(woken.wakes.load(Ordering::Relaxed), 1, "the task has something to do");
    // The call waits behind the function's own sleep.
    assert!(running.as_mut().poll(&mut cx).is_pending());
    let mut late = Box::pin(kept.call::<i64>(&double, 1));
    assert!(late.as_mut().poll(&mut cx).is_pending());
    let (flag, inner) = world.0.sleeping.lock().unwrap().remove(1);
    flag.store(true, Ordering::Relaxed);
    inner.wake();
    // At the next poll the function's future was not woken itself: it may be polled nevertheless.
    let (own, _) = world.0.sleeping.lock().unwrap().remove(0);
    own.store(true, Ordering::Relaxed);
    let Poll::Ready(text) = running.as_mut().poll(&mut cx) else { panic!("it is over") };
    assert_eq!(text.unwrap(), "end");
    let Poll::Ready(answer) = outside.as_mut().poll(&mut cx) else { panic!("it was answered") };
    assert_eq!(answer.unwrap(), 42);
    let Poll::Ready(answer) = late.as_mut().poll(&mut cx) else { panic!("the function is over") };
    assert!(answer.is_err());
    drop((running, outside, late));
    assert_eq!(world.alive(), 0);
}

/// Steps do not nest, and a running task cannot be run.
#[test]
fn no_task_runs_in_a_look() {
    let mut lua = Lua::new();
    let task = Arc::new(Mutex::new(None::<Task>));
    let here = task.clone();
    let look = move |ctx: AsyncContext| {
        let task = here.clone();
        async move {
            ctx.with(move |ctx: Context<'_>| {
                let task = task.lock().unwrap();
                let mut fuel = Fuel::with(1000);
                let stepped = task.as_ref().unwrap().fetch(ctx).unwrap().step(ctx, &mut fuel);
                assert_eq!((stepped, fuel.remaining()), (Stepped::Busy, 1000));
            })
            .await
        }
    };
    lua.globals().set_async_function(&lua, "look", look).unwrap();
    let running = lua.load("look() return 1").start(()).unwrap();
    *task.lock().unwrap() = Some(lua.enter(|ctx| running.fetch(ctx).unwrap().stash(ctx)));
    assert_eq!(running.run(&mut lua, &mut Fuel::with(1000)).unwrap(), Status::Finished);
}

// ---- Panics ----

#[test]
fn panics_fail_the_task() {
    const ON_PURPOSE: &str = "on purpose";
    let panic = || -> () { std::panic::panic_any(ON_PURPOSE) };
    struct Loud;
    impl Drop for Loud {
        fn drop(&mut self) {
            std::panic::panic_any(ON_PURPOSE)
        }
    }
    let world = World::default();
    let mut lua = sleeping(&world);
    let globals = lua.globals();
    globals
        .set_async_function(&lua, "at_once", move || {
            panic();
            async {}
        })
        .unwrap();
    globals.set_async_function(&lua, "in_first_poll", move || async move { panic() }).unwrap();
    let here = world.clone();
    let later = move || {
        let sleep = here.sleep();
        async move {
            sleep.await;
            panic()
        }
    };
    globals.set_async_function(&lua, "in_second_poll", later).unwrap();
    globals
        .set_async_function(&lua, "in_a_look", move |ctx: AsyncContext| async move { ctx.with(move |_| panic()).await })
        .unwrap();
    globals
        .set_async_function(&lua, "after_a_call", move |ctx: AsyncContext, f: Function| async move {
            ctx.call::<()>(&f, ()).await?;
            panic();
            Ok::<_, Error>(())
        })
        .unwrap();
    globals
        .set_async_function(&lua, "when_dropped", || async {
            let _loud = Loud;
        })
        .unwrap();
    for source in [
        "at_once()",
        "pcall(at_once)",
        "in_first_poll()",
        "pcall(in_second_poll)",
        "in_a_look()",
        "after_a_call(function() end)",
        "pcall(after_a_call, wait)",
        "table.sort({3, 2, 1}, in_second_poll)",
        "when_dropped()",
        "coroutine.wrap(in_second_poll)()",
    ] {
        let before = world.alive();
        let source =
            format!("local x <close> = setmetatable({{}}, {{__close = function() closed = true end}}) {source}");
        let task = lua.load(source.as_str()).start(()).unwrap();
        let panicked = loop {
            let ran = catch_unwind(AssertUnwindSafe(|| task.run(&mut lua, &mut Fuel::with(100_000)).unwrap()));
            match ran {
                Ok(Status::Waiting) => assert!(world.wake_one()),
                Ok(status) => panic!("{source}: {status:?}"),
                Err(panicked) => break panicked,
            }
        };
        assert_eq!(panicked.downcast_ref::<&str>(), Some(&ON_PURPOSE), "{source}");
        assert_eq!(task.error(&lua).unwrap().kind(), ErrorKind::Panicked, "{source}");
        assert_eq!(world.alive(), before, "{source}");
        assert!(task.cancel(&mut lua, &mut Fuel::with(100)));
        // The same as a future.
        let mut running = Box::pin(lua.load(source.as_str()).call_async::<()>(()));
        let panicked = loop {
            let polled = catch_unwind(AssertUnwindSafe(|| poll_once(running.as_mut())));
            match polled {
                Ok(()) => assert!(world.wake_one()),
                Err(panicked) => break panicked,
            }
        };
        assert_eq!(panicked.downcast_ref::<&str>(), Some(&ON_PURPOSE), "{source}");
        drop(running);
        assert_eq!(world.alive(), before, "{source}");
        assert_eq!(
            run(&world, lua.load("return wait(42), closed").call_async::<(i64, Option<bool>)>(())).unwrap(),
            (42, None)
        );
        lua.collect_all();
    }
    // A future dropped because of a panic elsewhere closes nothing, so that nothing panics again.
    globals.set_function(&lua, "boom", panic).unwrap();
    let dropped = catch_unwind(AssertUnwindSafe(|| {
        let source = "local x <close> = setmetatable({}, {__close = function() boom() end}) wait()";
        let mut running = Box::pin(lua.load(source).call_async::<()>(()));
        poll_once(running.as_mut());
        panic();
    }));
    assert!(dropped.is_err());
    lua.enter(|_| ());
    assert_eq!(world.alive(), 0);
    // A panic while closing leaves through the drop.
    let dropped = catch_unwind(AssertUnwindSafe(|| {
        let source = "local x <close> = setmetatable({}, {__close = function() boom() end}) wait()";
        let mut running = Box::pin(lua.load(source).call_async::<()>(()));
        poll_once(running.as_mut());
    }));
    assert!(dropped.is_err());
    lua.enter(|_| ());
    assert_eq!(world.alive(), 0);
    assert_eq!(lua.load("return 1").eval::<i64>().unwrap(), 1);
}

/// If a host's waker panics, that happens where its task is abandoned. The other dropped tasks go in the next calls,
/// without a collection.
#[test]
fn a_waker_that_panics_delays_no_other_drop() {
    struct Panics;
    impl Wake for Panics {
        fn wake(self: Arc<Self>) {
            panic!("on purpose");
        }
    }
    let mut lua = Lua::new();
    let kept = Arc::new(());
    let keeps = kept.clone();
    let wait = lua.async_function("wait", move || {
        let kept = keeps.clone();
        async move {
            std::future::pending::<()>().await;
            drop(kept);
        }
    });
    let wait = wait.unwrap();
    let waker = Waker::from(Arc::new(Panics));
    let tasks: Vec<Task> = (0..9).map(|_| wait.start(&lua, ()).unwrap()).collect();
    for (number, task) in tasks.iter().enumerate() {
        let waker = if number % 4 == 0 { &waker } else { Waker::noop() };
        let polled = task.poll(&mut lua, &mut Fuel::with(1_000), &mut task::Context::from_waker(waker));
        assert_eq!(polled.unwrap(), Status::Waiting);
    }
    assert_eq!(Arc::strong_count(&kept), 2 + tasks.len());
    drop(tasks);
    let panics = (0..9).filter(|_| catch_unwind(AssertUnwindSafe(|| lua.enter(|_| ()))).is_err()).count();
    assert_eq!((panics, Arc::strong_count(&kept)), (3, 2));
}

// ---- Memory ----

/// Futures count against the limit, and dropping them gives their memory back.
#[test]
fn futures_count() {
    let mut limits = Limits::untrusted();
    limits.memory = Some(8 << 20);
    let world = World::default();
    let mut lua = Lua::builder().limits(limits).build().unwrap();
    let here = world.clone();
    let large = move |_: Value| {
        let sleep = here.sleep();
        async move {
            let large = [1u8; 10_000];
            sleep.await;
            i64::from(large[9_999])
        }
    };
    lua.globals().set_async_function(&lua, "large", large).unwrap();
    let before = lua.memory().held_bytes;
    // A task of its own begins each one.
    let function: Function = lua.load("large").eval().unwrap();
    let mut tasks = Vec::new();
    let error = loop {
        let task = function.start(&lua, tasks.len() as i64).unwrap();
        match task.run(&mut lua, &mut Fuel::with(1_000_000)) {
            Ok(status) => assert_eq!(status, Status::Waiting),
            Err(error) => break error,
        }
        tasks.push(task);
        assert!(tasks.len() < 900);
    };
    assert_eq!(error.kind(), ErrorKind::Memory);
    assert!(tasks.len() > 400, "{}", tasks.len());
    assert_eq!(world.alive() as usize, tasks.len());
    assert!(lua.memory().held_bytes <= (8 << 20) + (256 << 10));
    drop(tasks);
    lua.enter(|_| ());
    assert_eq!(world.alive(), 0);
    lua.collect_all();
    assert!(lua.memory().held_bytes <= before + (256 << 10), "{before} {}", lua.memory().held_bytes);
}

/// Results that need memory wait for a collection, and are converted once.
#[test]
fn results_wait_for_memory() {
    let mut limits = Limits::untrusted();
    limits.memory = Some(8 << 20);
    limits.fuel = None;
    limits.deadline = None;
    let mut lua = Lua::builder().limits(limits).build().unwrap();
    let calls = Arc::<AtomicU32>::default();
    let here = calls.clone();
    let large = move |bytes: usize| {
        here.fetch_add(1, Ordering::Relaxed);
        async move { "x".repeat(bytes) }
    };
    lua.globals().set_async_function(&lua, "large", large).unwrap();
    let source = "local n = 0 for i = 1, 100 do n = n + #large(1 << 20) end return n";
    assert_eq!(lua.load(source).eval::<i64>().unwrap(), 100 << 20);
    assert_eq!(calls.load(Ordering::Relaxed), 100);
    let error = lua.load("large(16 << 20)").exec().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Memory);
    // So do the arguments and results of requests.
    let echo = |ctx: AsyncContext, f: Function| async move {
        let mut sum = 0;
        for _ in 0..100 {
            sum += ctx.call::<String>(&f, "x".repeat(1 << 20)).await?.len();
        }
        Ok::<_, Error>(sum)
    };
    lua.globals().set_async_function(&lua, "echo", echo).unwrap();
    assert_eq!(lua.load("echo(function(s) return s .. 'y' end)").eval::<usize>().unwrap(), 100 * ((1 << 20) + 1));
    let too_large = |ctx: AsyncContext, f: Function| async move { ctx.call::<String>(&f, "x".repeat(16 << 20)).await };
    lua.globals().set_async_function(&lua, "too_large", too_large).unwrap();
    assert_eq!(lua.load("too_large(print)").exec().unwrap_err().kind(), ErrorKind::Memory);
    assert_eq!(lua.load("select(2, pcall(too_large, print))").eval::<String>().unwrap(), "not enough memory");
}

// ---- Names and keys ----

#[test]
fn policies_and_keys() {
    let mut lua = Lua::new();
    let plain = lua.async_function("plain", || async {}).unwrap();
    assert_eq!(plain.on_restore(&lua).unwrap(), Some(OnRestore::Refuse));
    let again = Function::new_async_with(&lua, "again", OnRestore::CallAgain, || async {}).unwrap();
    assert_eq!(again.on_restore(&lua).unwrap(), Some(OnRestore::CallAgain));
    let function = lua.function("sync", || ()).unwrap();
    assert_eq!(function.on_restore(&lua).unwrap(), None);
    assert_eq!(lua.load("function() end").eval::<Function>().unwrap().on_restore(&lua).unwrap(), None);
    assert_eq!(plain.on_restore(&Lua::new()).unwrap_err().kind(), ErrorKind::Handle);
    let key = |ctx: AsyncContext| async move { format!("{}:{}", ctx.key().task, ctx.key().number) };
    lua.globals().set_async_function(&lua, "key", key).unwrap();
    lua.globals().set(&lua, "plain", &plain).unwrap();
    let tasks = [(); 2].map(|()| lua.load("plain() return key(), coroutine.wrap(key)(), key()").start(()).unwrap());
    for task in tasks {
        task.run(&mut lua, &mut Fuel::with(1000)).unwrap();
        let id = task.id();
        let expected = (format!("{id}:2"), format!("{id}:3"), format!("{id}:4"));
        assert_eq!(task.results::<(String, String, String)>(&lua).unwrap(), expected);
    }
}

// ---- Sequences as futures ----

thread_local! {
    static WORLD: World = World::default();
}

/// `keep(f, …)`: keeps the running coroutine and a long string among its locals. Without `f` it sleeps; otherwise it
/// calls `f` with the other arguments, and returns its results.
fn keep<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, BrandedError<'gc>> {
    let (thread, text) = (call.running_thread(), call.make_string(&[b'x'; 100_000])?);
    let function = if call.is_none_or_nil(0) { None } else { Some(call.function(0)?) };
    let arguments = call.len().saturating_sub(1);
    async_sequence(call, |ctx, locals, sequence| {
        let kept = (
            locals.stash::<Rootable![gc::Thread<'_>]>(ctx, thread)?,
            locals.stash::<Rootable![gc::LuaString<'_>]>(ctx, text)?,
        );
        let function = function.map(|it| locals.stash::<Rootable![gc::Function<'_>]>(ctx, it)).transpose()?;
        let sleep = WORLD.with(World::sleep);
        Ok(async move {
            let count = match &function {
                None => {
                    sleep.await;
                    0
                }
                Some(function) => {
                    let first = sequence.call(function, arguments).await?;
                    sequence.enter(move |_, call| Ok(call.len() - first)).await?
                }
            };
            let length = sequence.enter({
                let text = kept.1.clone();
                move |locals, call| Ok(locals.fetch(call.ctx(), &text)?.len())
            });
            assert_eq!(length.await?, 100_000);
            drop(kept);
            Ok(count)
        })
    })
}

/// `relay(other, value)`: resumes another coroutine with a value and yields its answers until it has ended; then yields
/// to `last`.
fn relay<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, BrandedError<'gc>> {
    let threads = [call.get(0), call.get(2)].map(|it| if let gc::Value::Thread(it) = it { Some(it) } else { None });
    let [Some(other), Some(last)] = threads else { return Err(call.type_error(0, "coroutine")) };
    async_sequence(call, |ctx, locals, sequence| {
        let other = locals.stash::<Rootable![gc::Thread<'_>]>(ctx, other)?;
        let last = locals.stash::<Rootable![gc::Thread<'_>]>(ctx, last)?;
        Ok(async move {
            sequence
                .enter(|_, call| {
                    call.push(call.get(1));
                    Ok(())
                })
                .await?;
            let mut count = 1;
            loop {
                sequence.pending().await?;
                let Ok(first) = sequence.resume(&other, count).await else { break };
                count = sequence.enter(move |_, call| Ok(call.len() - first)).await?;
                let first = sequence.yield_(count).await?;
                count = sequence.enter(move |_, call| Ok(call.len() - first)).await?;
            }
            sequence
                .enter(|_, call| {
                    call.push(call.ctx().string("over"));
                    Ok(())
                })
                .await?;
            let first = sequence.yield_to(&last, 1).await?;
            sequence.enter(move |_, call| Ok(call.len() - first)).await
        })
    })
}

fn with_sequences() -> Lua {
    let mut lua = WORLD.with(sleeping);
    lua.enter(|ctx| {
        let globals = ctx.globals();
        globals.set_field(ctx, "keep", gc::Function::native(ctx, native!("test.keep", keep)).unwrap());
        globals.set_field(ctx, "relay", gc::Function::native(ctx, native!("test.relay", relay)).unwrap());
    });
    lua.collect_all();
    lua
}

#[test]
fn async_sequences() {
    let mut lua = with_sequences();
    let world = WORLD.with(World::clone);
    for (source, expected) in [
        ("keep() return 'slept'", "slept"),
        ("return table.concat({keep(function(a, b) return b, wait(a) end, 'a', 'b')})", "ba"),
        ("return coroutine.wrap(function() return keep(coroutine.yield, 'y') end)()", "y"),
        ("local co = coroutine.wrap(function() return keep(coroutine.yield, 'y') end) co() return co('z')", "z"),
        ("return select(2, pcall(keep, error, 'oops'))", "oops"),
        ("local t = {3, 1, 2} table.sort(t, function(a, b) keep() return a < b end) return table.concat(t)", "123"),
        (
            "local got = {}
             local function add(...) for i = 1, select('#', ...) do got[#got + 1] = tostring((select(i, ...))) end end
             local other = coroutine.create(function(...) add('in', ...) add('in', coroutine.yield(1, 2)) error('end') end)
             local last = coroutine.create(function(...) add('last', ...) coroutine.yield('from last') end)
             local co = coroutine.create(relay)
             add(coroutine.resume(co, other, 'first', last)) add(coroutine.resume(co, 'second'))
             add(coroutine.status(last), coroutine.resume(co, 'third'))
             return table.concat(got, ' ')",
            "in first true 1 2 in second last over true from last suspended true third",
        ),
    ] {
        let found = run(&world, lua.load(source).name("=source").call_async::<String>(()));
        assert_eq!(found.unwrap_or_else(|error| panic!("{source}: {error:?}")), expected);
        // A future that has yielded waits for a collection.
        lua.collect_all();
        assert_eq!(world.alive(), 0, "{source}");
    }
    let error =
        run(&world, lua.load("relay(coroutine.create(print), 1, coroutine.create(print))").call_async::<()>(()));
    assert_eq!(error.unwrap_err().to_string(), "attempt to yield from outside a coroutine");
}

/// A future that is abandoned in a coroutine is collected, although its locals refer to the coroutine: they belong to
/// it.
#[test]
fn an_abandoned_async_sequence_is_collected() {
    let mut lua = with_sequences();
    let (world, before) = (WORLD.with(World::clone), lua.memory().object_bytes);
    lua.load("collectgarbage('stop') for i = 1, 20 do local co = coroutine.wrap(function() keep(coroutine.yield) end) co() end")
        .exec()
        .unwrap();
    assert!(lua.memory().object_bytes > before + 1_000_000);
    lua.collect_all();
    assert_eq!(world.alive(), 0);
    assert!(lua.memory().object_bytes < before + 10_000, "{before} {}", lua.memory().object_bytes);
    // Handles in futures are roots, as the documentation says.
    let holding = |ctx: AsyncContext, thread: Thread| {
        let sleep = WORLD.with(World::sleep);
        async move {
            ctx.yield_with::<()>(()).await?;
            drop((sleep, thread));
            Ok::<_, Error>(())
        }
    };
    lua.globals().set_async_function(&lua, "holding", holding).unwrap();
    lua.load("coroutine.wrap(function() holding(coroutine.running()) end)()").exec().unwrap();
    lua.collect_all();
    assert_eq!(world.alive(), 1);
    drop(lua);
    assert_eq!(world.alive(), 0);
}
