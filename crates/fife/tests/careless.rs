//! What safe code of a host may do wrong, and what becomes of it: it panics where the VM calls it, and steps tasks inside of steps. Each
//! runs in a VM that checks itself, so that whatever is left in disorder ends the process.

use fife::{
    Call, Context, Error, Fuel, Function, Host, Limits, Lua, NoHost, Poll, Reply, RunError, Sequence, StashedExecutor,
    Stepped, Value,
};
use fife_arena::{Collect, Static};
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};

const ON_PURPOSE: &str = "on purpose";

/// A VM that checks itself.
fn checked(host: impl Host + 'static) -> Lua {
    let mut lua = Lua::sandboxed(host, Limits::default());
    lua.set_poison(true);
    lua.set_quarantine(true);
    lua
}

fn define(lua: &mut Lua, name: &'static str, native: for<'gc> fn(&mut Call<'gc, '_>) -> Result<Reply, Error<'gc>>) {
    lua.enter(|ctx| ctx.globals().set_field(ctx, name, Function::native(ctx, name, native)));
}

/// What a chunk returns, as text.
fn returned(lua: &mut Lua, source: &str) -> String {
    let task = lua.start(source.as_bytes(), "=other").unwrap();
    match lua.run(&task, &mut Fuel::with(10_000_000)) {
        Ok(()) => lua.enter(|ctx| format!("{:?}", task.fetch(ctx).results())),
        Err(error) => error.to_string(),
    }
}

/// Runs a task in which the host panics, and looks at what is left: the task has failed, and the VM is as good as before.
fn panics(lua: &mut Lua, source: &str) {
    let before = returned(lua, "local t = {} for i = 1, 2000 do t[i] = {i, 'x' .. i} end return #t");
    let task = lua.start(source.as_bytes(), "=careless").unwrap();
    // In small steps, with collections in between, so that frames lie anywhere.
    let mut steps = 0;
    let panic = loop {
        let stepped = catch_unwind(AssertUnwindSafe(|| lua.step(&task, &mut Fuel::with(50))));
        lua.collect_step(20_000);
        steps += 1;
        match stepped {
            Err(panic) => break panic,
            Ok(stepped) => {
                assert!(steps < 10_000 && stepped != Stepped::Finished && stepped != Stepped::Failed, "{stepped:?}")
            }
        }
    };
    assert_eq!(panic.downcast_ref::<&str>(), Some(&ON_PURPOSE));
    lua.collect_all();
    for _ in 0..3 {
        let mut fuel = Fuel::with(1000);
        assert_eq!(lua.step(&task, &mut fuel), Stepped::Failed);
        assert_eq!(fuel.remaining(), 1000);
        let error = lua.run(&task, &mut Fuel::with(1000));
        assert!(matches!(&error, Err(RunError::Failed { message, .. }) if message == b"host code panicked"));
        assert!(lua.enter(|ctx| task.fetch(ctx).results().is_empty()));
        assert_eq!(returned(lua, "local t = {} for i = 1, 2000 do t[i] = {i, 'x' .. i} end return #t"), before);
        lua.collect_all();
    }
    // What the task left in globals can be looked at, but not continued.
    let states = "if type(co) ~= 'thread' then return 'none' end return coroutine.status(co), coroutine.resume(co)";
    let states = returned(lua, states);
    assert!(states.contains("none") || states.contains("cannot resume dead coroutine"), "{states}");
    drop(task);
    lua.collect_all();
}

#[derive(Collect)]
struct Careless {
    polls: u32,
    in_error: bool,
}

impl<'gc> Sequence<'gc> for Careless {
    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        self.polls += 1;
        if self.polls > 1 && !self.in_error {
            std::panic::panic_any(ON_PURPOSE);
        }
        let function = call.get(0);
        call.push(function);
        Ok(Poll::Call(0))
    }

    fn catches(&self) -> bool {
        self.in_error
    }

    fn error(&mut self, _: &mut Call<'gc, '_>, _: Error<'gc>) -> Result<Poll, Error<'gc>> {
        std::panic::panic_any(ON_PURPOSE)
    }
}

fn in_native(lua: &mut Lua) {
    define(lua, "boom", |_| std::panic::panic_any(ON_PURPOSE));
}

#[test]
fn native_panics() {
    let mut lua = checked(NoHost);
    in_native(&mut lua);
    panics(
        &mut lua,
        "local function f(n) local t, s = {n}, ('x'):rep(100) .. n if n > 0 then local r = f(n - 1) return #t + #s + r end
         boom() return #t + #s + t[1] end return f(50)",
    );
    panics(&mut lua, "return boom()");
    panics(&mut lua, "local t <close> = setmetatable({}, {__close = function() closed = true end}) boom()");
    panics(&mut lua, "return pcall(pcall, boom)");
    panics(&mut lua, "return xpcall(error, boom)");
    panics(&mut lua, "return select(2, string.gsub('abc', '.', boom))");
    panics(&mut lua, "table.sort({3, 2, 1}, function() boom() end)");
    panics(&mut lua, "return setmetatable({}, {__index = boom}).x");
    panics(&mut lua, "return #{} < setmetatable({}, {__lt = boom})");
    panics(&mut lua, "for _ in boom do end");
    panics(&mut lua, "local x <close> = setmetatable({}, {__close = boom})");
    panics(&mut lua, "return load(boom)");
    panics(&mut lua, "setmetatable({}, {__gc = boom}) collectgarbage() collectgarbage() while true do end");
    assert_eq!(returned(&mut lua, "return closed"), "[nil]");
}

#[test]
fn native_panics_in_coroutine() {
    let mut lua = checked(NoHost);
    in_native(&mut lua);
    panics(
        &mut lua,
        "other = coroutine.wrap(function() while true do coroutine.yield(1) end end) other()
         co = coroutine.create(function() local t = {} coroutine.wrap(function() local u = {t} boom(u) end)() return t end)
         local r = {} coroutine.resume(co) return r",
    );
    // A coroutine of that task that took no part in it is as it was: another task cannot resume it.
    assert_eq!(returned(&mut lua, "return other()"), "other:1: cannot resume a coroutine of another task");
    panics(&mut lua, "co = coroutine.wrap(boom) co()");
    panics(
        &mut lua,
        "co = coroutine.create(function() coroutine.yield() end) coroutine.resume(co) table.sort({2, 1}, function() coroutine.close(co) boom() end)",
    );
    panics(
        &mut lua,
        "co = coroutine.create(function() local x <close> = setmetatable({}, {__close = boom}) coroutine.yield() end) coroutine.resume(co) coroutine.close(co)",
    );
}

#[test]
fn sequence_panics() {
    let mut lua = checked(NoHost);
    define(&mut lua, "polled", |call| call.sequence(Careless { polls: 0, in_error: false }));
    define(&mut lua, "told", |call| call.sequence(Careless { polls: 0, in_error: true }));
    panics(&mut lua, "local t = {} polled(function() t[1] = {} end) return t");
    panics(&mut lua, "co = coroutine.create(polled) coroutine.resume(co, function() end)");
    panics(&mut lua, "local t = {} told(function() error(t) end)");
    panics(
        &mut lua,
        "pcall(told, function() local x <close> = setmetatable({}, {__close = function() end}) error() end)",
    );
}

struct Panicking;

impl Host for Panicking {
    fn write_output(&self, _: &[u8]) -> std::io::Result<()> {
        std::panic::panic_any(ON_PURPOSE)
    }
    fn write_error(&self, _: &[u8]) -> std::io::Result<()> {
        std::panic::panic_any(ON_PURPOSE)
    }
}

#[test]
fn host_panics() {
    let mut lua = checked(Panicking);
    panics(&mut lua, "local t = {} print(t) return t");
    panics(&mut lua, "warn('@on') warn('x')");
    panics(
        &mut lua,
        "warn('@on') setmetatable({}, {__gc = error}) collectgarbage() collectgarbage() while true do end",
    );
}

/// Panics when it is dropped.
struct Loud;

impl Drop for Loud {
    fn drop(&mut self) {
        std::panic::panic_any(ON_PURPOSE);
    }
}

#[derive(Collect)]
struct Held(Static<Loud>);

impl<'gc> Sequence<'gc> for Held {
    fn poll(&mut self, _: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        Ok(Poll::Pending)
    }
}

/// A panic in a destructor leaves by the call that swept the object; the VM is as good as before.
#[test]
fn destructor_panics() {
    let mut lua = checked(NoHost);
    define(&mut lua, "hold", |call| call.sequence(Held(Static(Loud))));
    let task = lua.start(b"hold()", "=held").unwrap();
    lua.step(&task, &mut Fuel::with(100));
    drop(task);
    let swept = catch_unwind(AssertUnwindSafe(|| lua.collect_all()));
    assert_eq!(swept.unwrap_err().downcast_ref::<&str>(), Some(&ON_PURPOSE));
    for _ in 0..3 {
        assert_eq!(returned(&mut lua, "local t = {} for i = 1, 2000 do t[i] = {i} end return #t"), "[2000]");
        lua.collect_all();
    }
}

/// A task that waits for memory continues, whoever has the collector work: here the host steps it inside `enter`.
#[test]
fn host_collects_for_a_task() {
    let mut limits = Limits::default();
    limits.memory = Some(3 << 20);
    let mut lua = Lua::sandboxed(NoHost, limits);
    let task = lua.start(b"for i = 1, 200000 do local t = {i, {}} end", "=garbage").unwrap();
    for turn in 0..100_000 {
        match lua.enter(|ctx| task.fetch(ctx).step(ctx, &mut Fuel::with(100_000))) {
            Stepped::Finished => return assert!(turn > 1),
            Stepped::NeedsMemory => lua.collect_all(),
            Stepped::Ready => drop(lua.collect_step(1 << 16)),
            other => panic!("{other:?}"),
        }
    }
    panic!("it waits for ever");
}

/// The largest debts do not wrap around to fuel.
#[test]
fn largest_debts() {
    let mut lua = checked(NoHost);
    let task = lua.start(b"local s = ('x'):rep(3000000) while true do end", "=debt").unwrap();
    lua.step(&task, &mut Fuel::with(3));
    let mut fuel = Fuel::with(0);
    fuel.consume(u64::MAX);
    fuel.consume(u64::MAX);
    assert_eq!(lua.step(&task, &mut fuel), Stepped::Ready);
    assert!(fuel.remaining() < 0);
}

/// Counts beyond 32 bits mean all values, as others that are too large do.
#[test]
fn large_counts() {
    let mut lua = checked(NoHost);
    define(&mut lua, "kept", |call| {
        call.truncate(1 << 32);
        let count = call.len() as i64;
        call.one(count)
    });
    define(&mut lua, "all", |call| call.values(1 << 32));
    define(&mut lua, "called", |call| call.tail_call(1 << 32));
    assert_eq!(returned(&mut lua, "return kept(1, 2, 3), called(select, '#', 5, 6), all(7, 8)"), "[3, 2, 7, 8]");
}

/// A native that asks for a call without a function gets an error, and one that calls itself for ever is stopped by fuel.
#[test]
fn calls_of_nothing() {
    #[derive(Collect)]
    struct Nothing(bool);
    impl<'gc> Sequence<'gc> for Nothing {
        fn poll(&mut self, _: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
            Ok(if self.0 { Poll::Call(3) } else { Poll::TailCall(3) })
        }
    }
    let mut lua = checked(NoHost);
    define(&mut lua, "tail", |call| call.tail_call(7));
    define(&mut lua, "poll", |call| call.sequence(Nothing(true)));
    define(&mut lua, "poll_tail", |call| call.sequence(Nothing(false)));
    for name in ["tail", "poll", "poll_tail"] {
        let message = returned(&mut lua, &format!("return {name}()"));
        assert!(message.contains("native asks for a call without a function"), "{message}");
    }
    define(&mut lua, "again", |call| {
        let function = call.get(0);
        call.push(function);
        call.tail_call(1)
    });
    let task = lua.start(b"again(again)", "=again").unwrap();
    assert_eq!(lua.run(&task, &mut Fuel::with(100_000)), Err(RunError::OutOfFuel));
}

thread_local! {
    static TASKS: RefCell<Vec<StashedExecutor>> = const { RefCell::new(Vec::new()) };
    static NEXT: Cell<usize> = const { Cell::new(0) };
    static STEPPED: RefCell<Vec<Stepped>> = const { RefCell::new(Vec::new()) };
}

/// Steps the next of the tasks, with fuel that is not to be used.
fn step_next<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let ctx: Context<'gc> = call.ctx();
    let next = NEXT.with(|next| next.replace(next.get() + 1));
    let mut fuel = Fuel::with(1_000_000);
    let stepped = TASKS.with(|tasks| tasks.borrow().get(next).map(|task| task.fetch(ctx).step(ctx, &mut fuel)));
    assert_eq!(fuel.remaining(), 1_000_000);
    STEPPED.with(|all| all.borrow_mut().extend(stepped));
    call.one(Value::Integer(1))
}

/// Steps of one VM do not nest: neither the running task nor another one is run.
#[test]
fn native_steps_a_task() {
    let mut lua = checked(NoHost);
    define(&mut lua, "step_next", step_next);
    let source = b"local function deep(n) if n == 0 then return 0 end return 1 + deep(n - 1) end
        local a, b = {}, {} local x = step_next() local d = deep(1000) ran = (ran or 0) + 1 return #{x, d, a, b}, d";
    let running = lua.start(source, "=running").unwrap();
    let other = lua.start(source, "=other").unwrap();
    let again = lua.enter(|ctx| running.fetch(ctx).stash(ctx));
    TASKS.with(|tasks| tasks.borrow_mut().extend([again, other]));
    for _ in 0..2 {
        let task = lua.enter(|ctx| running.fetch(ctx).stash(ctx));
        assert_eq!(lua.run(&task, &mut Fuel::with(1_000_000)), Ok(()));
        lua.collect_all();
    }
    assert_eq!(lua.enter(|ctx| format!("{:?}", running.fetch(ctx).results())), "[4, 1000]");
    let other = TASKS.with(|tasks| tasks.borrow_mut().remove(1));
    assert_eq!(lua.run(&other, &mut Fuel::with(1_000_000)), Ok(()));
    assert_eq!(returned(&mut lua, "return ran"), "[2]");
    STEPPED.with(|all| assert!(all.borrow().iter().all(|stepped| *stepped == Stepped::Busy)));
    TASKS.with(|tasks| tasks.borrow_mut().clear());
}

/// 100,000 tasks, each with a native that steps the next: nothing recurses.
#[test]
fn tasks_step_one_another() {
    let mut lua = Lua::core();
    define(&mut lua, "step_next", step_next);
    let function = lua.enter(|ctx| {
        (0..100_000)
            .map(|_| {
                let step = ctx.globals().get_field(ctx, "step_next");
                fife::Executor::new(ctx, step, &[]).unwrap().stash(ctx)
            })
            .collect::<Vec<_>>()
    });
    TASKS.with(|tasks| *tasks.borrow_mut() = function);
    NEXT.with(|next| next.set(1));
    STEPPED.with(|all| all.borrow_mut().clear());
    let tasks = TASKS.with(|tasks| {
        (0..100_000).map(|index| lua.enter(|ctx| tasks.borrow()[index].fetch(ctx).stash(ctx))).collect::<Vec<_>>()
    });
    for task in &tasks {
        assert_eq!(lua.step(task, &mut Fuel::with(1000)), Stepped::Finished);
    }
    STEPPED.with(|all| {
        assert_eq!(all.borrow().len(), 99_999);
        assert!(all.borrow().iter().all(|stepped| *stepped == Stepped::Busy));
    });
}

/// Numbers of objects end at 32 bits; what they are for does not.
#[test]
fn objects_beyond_32_bits() {
    let mut lua = checked(NoHost);
    for last in [(1 << 31) - 4, u32::MAX - 4] {
        lua.set_last_serial(last);
        let source = "local objects, names, keys = {}, {}, {}
            for i = 1, 200 do
              objects[i] = i % 3 == 0 and {} or i % 3 == 1 and function() return i end or coroutine.create(print)
              keys[objects[i]] = i
            end
            local count = 0
            for i = 1, 200 do
              local name = tostring(objects[i])
              assert(not names[name] and keys[objects[i]] == i and name:match('%x+$') == string.format('%p', objects[i]):match('%x+$'))
              names[name] = true
              assert(tostring(objects[i]) == name)
              for j = 1, i - 1 do assert(objects[i] ~= objects[j]) end
              if i % 50 == 0 then collectgarbage() end
              count = count + 1
            end
            return count, objects[3], objects[6]";
        assert!(returned(&mut lua, source).starts_with("[200, "));
    }
    // Two tables with the same serial are different values to Rust.
    lua.set_last_serial(u32::MAX - 1);
    lua.enter(|ctx| ctx.globals().set_field(ctx, "first", ctx.table()));
    lua.set_last_serial(u32::MAX - 1);
    lua.enter(|ctx| {
        let (first, second) = (ctx.globals().get_field(ctx, "first"), Value::Table(ctx.table()));
        assert!(first != second && ctx.object_number(first) != ctx.object_number(second));
        assert_eq!(ctx.object_number(second), ctx.object_number(second));
    });
}
