//! Times the border between Rust and Lua, in Fife and in mlua, in turns: nanoseconds for each operation, the least of [`ROUNDS`].

use std::hint::black_box;
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

fn makings() -> Operation {
    Operation {
        name: "making a VM",
        count: 200,
        fife: Box::new(|count| (0..count).for_each(|_| drop(black_box(fife::Lua::new())))),
        mlua: Box::new(|count| (0..count).for_each(|_| drop(black_box(mlua::Lua::new())))),
    }
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
    for mut operation in fields().into_iter().chain([calls_from_rust(), makings()]) {
        let [fife, mlua] = measure(&mut operation);
        println!("| {} | {fife:.1} | {mlua:.1} |", operation.name);
    }
}
