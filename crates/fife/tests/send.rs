//! The feature `send`: a VM moves between threads with everything in it, and nothing bound to a thread gets into it.
#![cfg(feature = "send")]

use fife::arena::{Gc, Lock, Static};
use fife::gc::{Context, UserData};
use fife::{
    AsyncContext, Collect, Error, ErrorKind, Fuel, Function, Libraries, Limits, Lua, Result, Resumed, Status, Table,
    Tasks, Thread, userdata_type,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

#[test]
fn nothing_bound_to_a_thread_gets_in() {
    trybuild::TestCases::new().compile_fail("tests/send_fail/*.rs");
}

// A VM's values are in one thread at a time, so they can neither be shared nor, while the VM is open, be sent. Each
// line would be ambiguous if the type had the trait.
const _: () = {
    trait IfSync<A> {
        fn check() {}
    }
    impl<T> IfSync<()> for T {}
    impl<T: Sync> IfSync<u8> for T {}
    trait IfSend<A> {
        fn check() {}
    }
    impl<T> IfSend<()> for T {}
    impl<T: Send> IfSend<u8> for T {}
    let _ = <Lua as IfSync<_>>::check;
    let _ = <Context<'static> as IfSync<_>>::check;
    let _ = <Context<'static> as IfSend<_>>::check;
    let _ = <fife::gc::Value<'static> as IfSend<_>>::check;
    let _ = <fife::gc::Value<'static> as IfSync<_>>::check;
    let _ = <fife::gc::Slot<'static> as IfSend<_>>::check;
    let _ = <Gc<'static, Static<i64>> as IfSend<_>>::check;
    let _ = <fife::arena::Run<'static, u8> as IfSend<_>>::check;
    let _ = <fife::gc::Call<'static, 'static> as IfSend<_>>::check;
    let _ = <fife::gc::Executor<'static> as IfSend<_>>::check;
};

const _: fn() = || {
    fn is_send<T: Send>() {}
    is_send::<Lua>();
    is_send::<(fife::Builder, fife::Running<'_, i64>, fife::Next<'_>, Tasks, fife::AsyncContext)>();
};

/// Counts drops.
struct Dropped(Arc<AtomicUsize>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[derive(Collect)]
struct Counter<'gc> {
    count: Lock<i64>,
    table: fife::gc::Table<'gc>,
    dropped: Static<Dropped>,
}

userdata_type! {
    CounterType("test.counter") for Counter<'_>;
}

fn vm(drops: &Arc<AtomicUsize>) -> Lua {
    let limits = Limits::untrusted();
    let libraries = Libraries::ALL;
    let mut lua = Lua::builder().limits(limits).libraries(libraries).modules(|_| None).build().unwrap();
    let kept = Dropped(drops.clone());
    let add = move |ctx: Context<'_>, by: i64| -> Result<i64> {
        let _ = &kept;
        let globals = ctx.globals();
        let count = globals.get_field(ctx, "count").to_integer().unwrap_or(0) + by;
        globals.set_field(ctx, "count", count);
        Ok(count)
    };
    lua.globals().set_function(&lua, "add", add).unwrap();
    lua.enter(|ctx| {
        let table = ctx.table();
        let dropped = Static(Dropped(drops.clone()));
        let counter = Gc::new(ctx.mc(), Counter { count: Lock::new(7), table, dropped });
        ctx.globals().set_field(ctx, "counter", UserData::new::<CounterType>(ctx, counter));
    });
    lua.load("words = setmetatable({}, {__mode = 'k'}) for i = 1, 100 do words[{}] = ('w'):rep(i) end").exec().unwrap();
    lua
}

/// A VM in the middle of everything goes from thread to thread; each continues its work and collects its garbage.
#[test]
fn a_vm_moves_between_threads() {
    let drops = Arc::new(AtomicUsize::new(0));
    let mut lua = vm(&drops);
    let body: Function = lua.load("function() for i = 1, math.huge do coroutine.yield(add(i)) end end").eval().unwrap();
    let coroutine = Thread::new(&lua, &body).unwrap();
    let source = "local s = {} for i = 1, 2000 do s[#s + 1] = ('x'):rep(i % 50) .. i
        if i % 100 == 0 then table.sort(s, function(a, b) return #a < #b end) s = {} end end return 'done'";
    let mut task = lua.load(source).start(()).unwrap();
    let kept = Table::new(&lua).unwrap();
    lua.set_poison(true);
    let mut ends = 0;
    for round in 1..=20 {
        let (coroutine, kept) = (coroutine.clone(), kept.clone());
        let work = move || {
            let status = task.run(&mut lua, &mut Fuel::with(40_000)).unwrap();
            let Resumed::Yielded(sum) = coroutine.resume::<i64>(&mut lua, ()).unwrap() else { panic!("it goes on") };
            kept.push(&lua, sum).unwrap();
            lua.collect_step(64 << 10);
            if status == Status::Finished {
                assert_eq!(task.results::<String>(&lua).unwrap(), "done");
                task = lua.load(source).start(()).unwrap();
            }
            (lua, task, sum, status == Status::Finished)
        };
        let sum;
        let has_ended;
        (lua, task, sum, has_ended) = thread::spawn(work).join().unwrap();
        assert_eq!(sum, round * (round + 1) / 2);
        ends += u32::from(has_ended);
    }
    assert!(ends >= 2, "{ends}");
    assert_eq!(kept.len(&lua).unwrap(), 20);
    assert_eq!(drops.load(Ordering::Relaxed), 0);
    // Its last thread drops its contents. Handles may outlive it elsewhere.
    thread::spawn(move || drop(lua)).join().unwrap();
    assert_eq!(drops.load(Ordering::Relaxed), 2);
    drop((task, coroutine, kept));
}

#[test]
fn tasks_move_with_their_vm() {
    let mut lua = vm(&Arc::default());
    let mut tasks = Tasks::new();
    for number in 1..=50 {
        tasks.spawn(lua.load("for i = 1, 1000 do n = i end return add(...)").start(number).unwrap());
    }
    let mut ended = 0;
    while !tasks.is_empty() {
        let turn;
        (lua, tasks, turn) = thread::spawn(move || {
            let turn = tasks.turn(&mut lua, 20_000);
            (lua, tasks, turn)
        })
        .join()
        .unwrap();
        ended += turn.ended.into_iter().filter(|(_, end)| end.is_ok()).count();
    }
    assert_eq!((ended, lua.load("add(0)").eval::<i64>().unwrap()), (50, 50 * 51 / 2));
}

/// A closure's result may be kept in the VM and move with it.
struct Shared(Arc<i64>);

impl<'gc> fife::IntoLua<'gc> for Shared {
    fn into_lua(self, _: Context<'gc>) -> Result<fife::gc::Value<'gc>> {
        Ok(fife::gc::Value::Integer(*self.0))
    }
}

/// On a runtime with several threads, the future that owns the VM and those within its scripts run wherever there is
/// time.
#[test]
fn a_runtime_moves_a_vm() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_time().build().unwrap();
    let one = |number: i64| async move {
        let mut lua = vm(&Arc::default());
        let shared = Arc::new(number);
        lua.globals().set_function(&lua, "shared", move || Shared(shared.clone()))?;
        lua.globals().set_async_function(&lua, "sleep", |ctx: AsyncContext, by: i64| async move {
            tokio::time::sleep(Duration::from_millis(by.unsigned_abs())).await;
            tokio::task::yield_now().await;
            ctx.with(move |ctx| ctx.globals().get_field(ctx, "offset").to_integer().unwrap_or(0) + by).await
        })?;
        let mut tasks = Tasks::new();
        for by in 1..=5 {
            let source =
                "local sum = 0 for i = 1, 4 do sum = sum + sleep(...) for i = 1, 3000 do end end return sum + shared()";
            tasks.spawn(lua.load(source).start(by)?);
        }
        let mut sum = 0;
        while let Some((_, ended)) = tasks.next(&mut lua).await {
            sum += ended?.results::<i64>(&lua)?;
        }
        let more: i64 = lua.load("sleep(1) + shared()").eval::<i64>().or_else(|error| {
            // Nothing waits for it here.
            if error.kind() == ErrorKind::Waiting { Ok(0) } else { Err(error) }
        })?;
        let last: i64 = lua.load("return sleep(1) + shared()").call_async(()).await?;
        Ok::<_, Error>((sum, more, last))
    };
    let ends: Vec<_> = (0..20).map(|number| runtime.spawn(one(number))).collect();
    for (number, end) in (0..).zip(ends) {
        let end = runtime.block_on(end).expect("it does not panic").expect("it does not fail");
        assert_eq!(end, (4 * 15 + 5 * number, 0, 1 + number));
    }
}
