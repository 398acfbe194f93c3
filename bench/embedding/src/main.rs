//! Times the border between Rust and Lua, in Fife and in mlua by turns: nanoseconds for each operation, the least of
//! [`ROUNDS`].

use std::hint::black_box;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

const ROUNDS: usize = 15;

/// One operation: for each of the two, a function that does it a given number of times.
struct Operation {
    name: &'static str,
    count: u32,
    fife: Box<dyn FnMut(u32)>,
    mlua: Box<dyn FnMut(u32)>,
}

/// A loop in Lua that calls `f`, and the same without the call, which is taken off.
const CALLS: &str = "local f, n = ... local s = 0 for i = 1, n do s = s + f(i) end return s";
const NO_CALLS: &str = "local f, n = ... local s = 0 for i = 1, n do s = s + i end return s";

fn closure_calls(source: &'static str) -> (Box<dyn FnMut(u32)>, Box<dyn FnMut(u32)>) {
    let mut lua = fife::Lua::new();
    let step = 1;
    let add = lua.function("add", move |n: i64| n + step).expect("a function");
    let run = lua.load(source).into_function().expect("it is Lua");
    let fife = move |count: u32| {
        let sum: i64 = run.call(&mut lua, (&add, i64::from(count))).expect("it runs");
        black_box(sum);
    };
    let lua = mlua::Lua::new();
    let add = lua.create_function(move |_, n: i64| Ok(n + step)).expect("a function");
    let run = lua.load(source).into_function().expect("it is Lua");
    let mlua = move |count: u32| {
        let sum: i64 = run.call((&add, i64::from(count))).expect("it runs");
        // Its handles do not keep the VM.
        black_box((sum, &lua));
    };
    (Box::new(fife), Box::new(mlua))
}

fn fields() -> [Operation; 2] {
    let (lua, other) = (fife::Lua::new(), mlua::Lua::new());
    let (table, others) = (fife::Table::new(&lua).expect("a table"), other.create_table().expect("a table"));
    table.set(&lua, "count", 7).expect("it is set");
    others.raw_set("count", 7).expect("it is set");
    let (writer, other_writer) = (fife::Lua::new(), mlua::Lua::new());
    let (written, others_written) =
        (fife::Table::new(&writer).expect("a table"), other_writer.create_table().expect("a table"));
    [
        Operation {
            name: "get by handle",
            count: 200_000,
            fife: Box::new(move |count| {
                for _ in 0..count {
                    black_box(table.get::<i64>(&lua, "count").expect("it is there"));
                }
            }),
            mlua: Box::new(move |count| {
                for _ in 0..count {
                    black_box(others.raw_get::<i64>("count").expect("it is there"));
                }
                black_box(&other);
            }),
        },
        Operation {
            name: "set by handle",
            count: 200_000,
            fife: Box::new(move |count| {
                for number in 0..count {
                    written.set(&writer, "count", i64::from(number)).expect("it is set");
                }
            }),
            mlua: Box::new(move |count| {
                for number in 0..count {
                    others_written.raw_set("count", i64::from(number)).expect("it is set");
                }
                black_box(&other_writer);
            }),
        },
    ]
}

fn calls_from_rust() -> Operation {
    let mut lua = fife::Lua::new();
    let add: fife::Function = lua.load("return function(a, b) return a + b end").eval().expect("a function");
    let other = mlua::Lua::new();
    let others: mlua::Function = other.load("return function(a, b) return a + b end").eval().expect("a function");
    Operation {
        name: "call from Rust",
        count: 50_000,
        fife: Box::new(move |count| {
            for number in 0..count {
                black_box(add.call::<i64>(&mut lua, (i64::from(number), 1)).expect("it runs"));
            }
        }),
        mlua: Box::new(move |count| {
            for number in 0..count {
                black_box(others.call::<i64>((i64::from(number), 1)).expect("it runs"));
            }
            black_box(&other);
        }),
    }
}

fn resumes_from_rust() -> Operation {
    const SOURCE: &str = "return function(a) while true do a = coroutine.yield(a + 1) end end";
    let mut lua = fife::Lua::new();
    let body: fife::Function = lua.load(SOURCE).eval().expect("a function");
    let thread = fife::Thread::new(&lua, &body).expect("a coroutine");
    let other = mlua::Lua::new();
    let others: mlua::Function = other.load(SOURCE).eval().expect("a function");
    let others = other.create_thread(others).expect("a coroutine");
    Operation {
        name: "resume from Rust",
        count: 50_000,
        fife: Box::new(move |count| {
            for number in 0..count {
                black_box(thread.resume::<i64>(&mut lua, i64::from(number)).expect("it runs"));
            }
        }),
        mlua: Box::new(move |count| {
            for number in 0..count {
                black_box(others.resume::<i64>(i64::from(number)).expect("it runs"));
            }
            black_box(&other);
        }),
    }
}

/// An async function that is ready at once, called from Lua under the least executor there is.
fn async_calls() -> Operation {
    const SOURCE: &str = "return function(f, n) for i = 1, n do f(i) end end";
    fn block_on<T>(future: impl Future<Output = T>) -> T {
        let mut future = std::pin::pin!(future);
        let mut context = Context::from_waker(Waker::noop());
        loop {
            if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
                return value;
            }
        }
    }
    let mut lua = fife::Lua::new();
    let step = lua.async_function("step", |n: i64| async move { n + 1 }).expect("a function");
    let run: fife::Function = lua.load(SOURCE).eval().expect("a function");
    let other = mlua::Lua::new();
    let others_step = other.create_async_function(|_, n: i64| async move { Ok(n + 1) }).expect("a function");
    let others_run: mlua::Function = other.load(SOURCE).eval().expect("a function");
    Operation {
        name: "call of an async function from Lua",
        count: 50_000,
        fife: Box::new(move |count| {
            block_on(run.call_async::<()>(&mut lua, (&step, i64::from(count)))).expect("it runs");
        }),
        mlua: Box::new(move |count| {
            block_on(others_run.call_async::<()>((&others_step, i64::from(count)))).expect("it runs");
            black_box(&other);
        }),
    }
}

/// A round of a thousand tasks, each of which spins for a thousand units: nanoseconds for each task, and those for one
/// task that spins alone for as many units.
fn rounds() -> [f64; 2] {
    const TASKS: u32 = 1_000;
    const FUEL: u64 = 1_000;
    const SPIN: &str = "local n = 0 while true do n = n + 1 end";
    let (mut lua, mut other) = (fife::Lua::new(), fife::Lua::new());
    let mut tasks = fife::Tasks::new();
    for _ in 0..TASKS {
        tasks.spawn(lua.load(SPIN).start(()).expect("a task"));
    }
    let alone = other.load(SPIN).start(()).expect("a task");
    let mut least = [f64::INFINITY; 2];
    for _ in 0..ROUNDS {
        let mut round = |count: u32| {
            let turn = tasks.turn(&mut lua, FUEL * u64::from(count));
            assert_eq!(turn.ran, TASKS as usize);
        };
        least[0] = least[0].min(time(&mut round, TASKS));
        let mut run = |count: u32| {
            let mut fuel = fife::Fuel::with(FUEL * u64::from(count));
            alone.run(&mut other, &mut fuel).expect("it runs");
        };
        least[1] = least[1].min(time(&mut run, TASKS));
    }
    least
}

fn makings() -> Operation {
    Operation {
        name: "making a VM",
        count: 200,
        fife: Box::new(|count| (0..count).for_each(|_| drop(black_box(fife::Lua::new())))),
        mlua: Box::new(|count| (0..count).for_each(|_| drop(black_box(mlua::Lua::new())))),
    }
}

/// A class with a field and methods that do next to nothing, in both.
struct Counter {
    count: i64,
}

impl fife::UserData for Counter {
    const NAME: &'static str = "bench.Counter";
    fn class(class: &mut fife::Class<Self>) {
        class
            .field_mut("count", |this: &Counter| this.count, |this: &mut Counter, count: i64| this.count = count)
            .method("plus", |this: &Counter, n: i64| this.count + n)
            .method_mut("add", |this: &mut Counter, n: i64| {
                this.count += n;
                this.count
            });
    }
}

impl mlua::UserData for Counter {
    fn add_fields<F: mlua::UserDataFields<Self>>(fields: &mut F) {
        fields.add_field_method_get("count", |_, this| Ok(this.count));
        fields.add_field_method_set("count", |_, this, count: i64| {
            this.count = count;
            Ok(())
        });
    }
    fn add_methods<M: mlua::UserDataMethods<Self>>(methods: &mut M) {
        methods.add_method("plus", |_, this, n: i64| Ok(this.count + n));
        methods.add_method_mut("add", |_, this, n: i64| {
            this.count += n;
            Ok(this.count)
        });
    }
}

/// A class with methods alone, and with one that takes another value of its own.
struct Point {
    x: f64,
}

impl fife::UserData for Point {
    const NAME: &'static str = "bench.Point";
    fn class(class: &mut fife::Class<Self>) {
        class
            .method("get", |this: &Point, by: i64| this.x + by as f64)
            .method("sum", |this: &Point, other: fife::Ref<Point>| other.with(|other| this.x + other.x))
            .meta(fife::MetaMethod::Unm, |this: &Point| Point { x: -this.x });
    }
}

impl mlua::UserData for Point {
    fn add_methods<M: mlua::UserDataMethods<Self>>(methods: &mut M) {
        methods.add_method("get", |_, this, by: i64| Ok(this.x + by as f64));
        methods.add_method("sum", |_, this, other: mlua::UserDataRef<Point>| Ok(this.x + other.x));
        methods.add_meta_method(mlua::MetaMethod::Unm, |_, this, ()| Ok(Point { x: -this.x }));
    }
}

/// A loop in Lua over a value of a class.
fn of_class<T>(name: &'static str, source: &'static str, make: fn() -> T) -> Operation
where
    T: fife::UserData + mlua::UserData,
{
    let mut lua = fife::Lua::new();
    let data = fife::AnyUserData::new(&lua, make()).expect("a userdata");
    let run = lua.load(source).into_function().expect("it is Lua");
    let fife = move |count: u32| {
        let result: f64 = run.call(&mut lua, (&data, i64::from(count))).expect("it runs");
        black_box(result);
    };
    let lua = mlua::Lua::new();
    let data = lua.create_userdata(make()).expect("a userdata");
    let run = lua.load(source).into_function().expect("it is Lua");
    let mlua = move |count: u32| {
        let result: f64 = run.call((&data, i64::from(count))).expect("it runs");
        black_box((result, &lua));
    };
    Operation { name, count: 500_000, fife: Box::new(fife), mlua: Box::new(mlua) }
}

fn classes() -> [Operation; 7] {
    let counter = || Counter { count: 1 };
    let point = || Point { x: 1.0 };
    [
        of_class(
            "method (&self) from Lua",
            "local v, n = ... local s = 0 for i = 1, n do s = s + v:plus(i) end return s",
            counter,
        ),
        of_class(
            "method (&mut self) from Lua",
            "local v, n = ... local s = 0 for i = 1, n do s = s + v:add(i) end return s",
            counter,
        ),
        of_class(
            "field read from Lua",
            "local v, n = ... local s = 0 for i = 1, n do s = s + v.count end return s",
            counter,
        ),
        of_class("field set from Lua", "local v, n = ... for i = 1, n do v.count = i end return n", counter),
        of_class(
            "method of a class without fields",
            "local v, n = ... local s = 0 for i = 1, n do s = s + v:get(i) end return s",
            point,
        ),
        of_class(
            "method with another value",
            "local v, n = ... local s = 0 for i = 1, n do s = s + v:sum(v) end return s",
            point,
        ),
        of_class(
            "metamethod that makes a value",
            "local v, n = ... local s = v for i = 1, n do s = -v end return n",
            point,
        ),
    ]
}

/// The least time of `count` of them, in nanoseconds for each.
fn time(run: &mut dyn FnMut(u32), count: u32) -> f64 {
    let start = Instant::now();
    run(count);
    start.elapsed().as_secs_f64() * 1e9 / f64::from(count)
}

fn measure(operation: &mut Operation) -> [f64; 2] {
    let mut least = [f64::INFINITY; 2];
    for _ in 0..ROUNDS {
        least[0] = least[0].min(time(&mut *operation.fife, operation.count));
        least[1] = least[1].min(time(&mut *operation.mlua, operation.count));
    }
    least
}

fn main() {
    let of_loop = |name, source| {
        let (fife, mlua) = closure_calls(source);
        Operation { name, count: 500_000, fife, mlua }
    };
    let bare = measure(&mut of_loop("loop", NO_CALLS));
    println!("| ns each | Fife | mlua |\n|---|--:|--:|");
    let [fife, mlua] = measure(&mut of_loop("call of a closure from Lua", CALLS));
    println!("| call of a closure from Lua | {:.1} | {:.1} |", fife - bare[0], mlua - bare[1]);
    for mut operation in fields().into_iter().chain([calls_from_rust(), resumes_from_rust(), async_calls(), makings()])
    {
        let [fife, mlua] = measure(&mut operation);
        println!("| {} | {fife:.1} | {mlua:.1} |", operation.name);
    }
    let [round, alone] = rounds();
    println!(
        "| 1,000 units of each of 1,000 tasks, in turns | {round:.1} | |\n| 1,000 units of one task | {alone:.1} | |"
    );
    // One alone, to be looked at closely.
    let only = std::env::args().nth(1).unwrap_or_default();
    for mut operation in classes().into_iter().filter(|operation| operation.name.contains(&only)) {
        let [fife, mlua] = measure(&mut operation);
        println!("| {} | {:.1} | {:.1} |", operation.name, fife - bare[0], mlua - bare[1]);
    }
}
