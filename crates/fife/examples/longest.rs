//! The longest steps of indivisible operations: the figures of the table in SECURITY.md. `longest [--runs N]`.
//!
//! Each line has a preparation, which does not count, and the code to measure. It runs under `Limits::untrusted()`, and
//! with the default limits and 1 GiB of memory, where sizes are larger: `SIZE` is 1 or 8. All runs take the same steps,
//! and each step counts with its shortest time, to leave out what else the machine does. With one unit of fuel, a step
//! holds one operation and little else.

#![forbid(unsafe_code)]

use fife::{Fuel, Libraries, Limits, Lua, Stepped, Task};
use std::time::{Duration, Instant};

/// Name, preparation, and the code to measure.
const LINES: &[(&str, &str, &str)] = &[
    (
        "loading a dense source",
        "source = ('x=1 y={1,2,3} function f(a) return a..1 end '):rep(5200 * SIZE)",
        "load(source, '=x')",
    ),
    ("loading calls", "source = ('f{f}'):rep(65500 * SIZE)", "load(source, '=x')"),
    (
        "loading small functions",
        "source = 'return {' .. ('function()end,'):rep(18700 * SIZE) .. '}'",
        "load(source, '=x')",
    ),
    ("loading a run of conditions", "source = 'return ' .. ('a and '):rep(43600 * SIZE) .. 'a'", "load(source, '=x')"),
    (
        "loading numerals",
        "source = 'return {' .. ('2.470328229206232720882e-324,'):rep(8900 * SIZE) .. '}'",
        "load(source, '=x')",
    ),
    ("loading one expression", "source = 'return ' .. ('1+'):rep(129000 * SIZE) .. '1'", "load(source, '=x')"),
    ("string.dump", "f = load('return {' .. ('1.5,'):rep(60000 * SIZE) .. '}')", "string.dump(f)"),
    ("copying a string", "s = ('x'):rep((8 << 20) * SIZE - 1)", "s = s .. 'y'"),
    ("hashing a string", "s = ('x'):rep((8 << 20) * SIZE) t = {}", "t[s] = 1"),
    ("a string as a number", "s = ('1'):rep((8 << 20) * SIZE)", "n = tonumber(s)"),
    ("a buffer that grows", "s = ('x'):rep((1 << 20) * SIZE)", "s = table.concat({s, s, s, s, s, s, s})"),
    ("comparing strings", "a = ('x'):rep((8 << 20) * SIZE - 1) b = a .. 'z' a = a .. 'y'", "c = a < b"),
    ("moving arguments", "t = {} for i = 1, 90000 * SIZE do t[i] = i end", "n = select('#', table.unpack(t))"),
    ("filling a table with them", "t = {} for i = 1, 90000 * SIZE do t[i] = i end", "u = {table.unpack(t)}"),
    ("growing a stack", "function f(n) if n > 0 then local a, b, c, d, e = f(n - 1) end end", "f(10000 * SIZE)"),
    (
        "growing many tables",
        "t = {} for i = 1, 40 do local s = {} for j = 1, 16384 do s[j + 0.5] = j end t[i] = s end",
        "for i = 1, 40 do t[i][0.5] = 1 end",
    ),
    ("growing a list", "t = {} for i = 1, 131072 * SIZE do t[i] = i end", "t[#t + 1] = 1"),
    (
        "growing a list into a freed block",
        "t, u = {}, {} for i = 1, 262144 do t[i] = i end for i = 1, 262145 do u[i] = i end",
        "u = nil collectgarbage() t[#t + 1] = 1",
    ),
    ("the first element beside other entries", "t = {} for i = 1, 1000000 * SIZE do t[i + 0.5] = i end", "t[1] = 1"),
    (
        "another entry of an emptied list that grew",
        "t = {} for i = 1, 1048576 * SIZE do t[i] = i end for i = 1, 14000 do t['k' .. i] = i end t[#t + 1] = 1
        for i = #t, 1, -1 do t[i] = nil end for i = 14001, 16384 do t['k' .. i] = i end",
        "t.k16385 = 1",
    ),
    ("giving entries new places", "t = {} for i = 1, 32768 do t[i + 0.5] = i end", "t[0.25] = 1"),
    (
        "passing over empty places",
        "t = {} for i = 1, 32000 do t[i + 0.5] = i end for i = 1, 32000 do t[i + 0.5] = nil end",
        "k = next(t)",
    ),
    ("sorting", "t = {} for i = 1, 4096 do t[i] = i * 7919 % 4099 end", "table.sort(t)"),
    ("moving elements", "t = {} for i = 1, 100000 do t[i] = i end", "table.insert(t, 1, 0) table.move(t, 1, 90000, 2)"),
    ("a piece of matching", "s = ('a'):rep(3000)", "s:find('.-.-b')"),
    ("searching for a text", "s = ('a'):rep(100000)", "s:find(('a'):rep(99) .. 'b', 1, true)"),
    (
        "who catches an error",
        "function f(n) if n > 0 then return f(n - 1) + 1 else error('x') end end",
        "pcall(f, 15000 * SIZE)",
    ),
    (
        "a traceback",
        "function f(n) if n > 0 then return f(n - 1) + 1 else s = debug.traceback() return 0 end end",
        "f(9000)",
    ),
    (
        "the name of a variable",
        "f = load('local t, x = ... if x then ' .. ('x = x '):rep(30000) .. 'end return t.a.b')",
        "pcall(f, {}, nil)",
    ),
    ("a slice of collection", "all = {} for i = 1, 150000 * SIZE do all[i] = {i} end", "collectgarbage()"),
    (
        "identities of variables",
        "fs = {} for i = 1, 100000 * SIZE do local x = i fs[i] = function() x = x + 1 end end",
        "for i = 1, #fs do debug.upvalueid(fs[i], 1) end",
    ),
    (
        "strings far apart",
        "all = {} for i = 1, 200000 * SIZE do all[i] = 'k' .. i end",
        "for i = 1, 60000 do t = 'k' .. i * 7919 % 200000 end",
    ),
];

/// Runs a task to its end and returns how long each step took.
fn steps(lua: &mut Lua, task: &Task, fuel: u64) -> Vec<Duration> {
    let mut times = Vec::new();
    loop {
        let start = Instant::now();
        let stepped = lua.step(task, &mut Fuel::with(fuel));
        times.push(start.elapsed());
        match stepped {
            Stepped::Finished => return times,
            Stepped::Failed => panic!("{}", task.error(lua).unwrap()),
            _ => {}
        }
    }
}

fn longest(limits: Limits, size: usize, line: &(&str, &str, &str), runs: usize) -> Duration {
    let (_, preparation, measured) = line;
    let mut shortest: Vec<Duration> = Vec::new();
    for _ in 0..runs {
        let mut lua = Lua::builder().limits(limits).libraries(Libraries::ALL).build().unwrap();
        let before =
            lua.load(format!("SIZE = {size} {preparation}")).name("=before").start(()).expect("there is memory");
        steps(&mut lua, &before, 1_000_000);
        lua.collect_all();
        let task = lua.load(measured).name("=measured").start(()).expect("there is memory");
        let times = steps(&mut lua, &task, limits.step_fuel);
        shortest.resize(shortest.len().max(times.len()), Duration::MAX);
        for (shortest, time) in shortest.iter_mut().zip(times) {
            *shortest = (*shortest).min(time);
        }
    }
    shortest.into_iter().filter(|time| *time != Duration::MAX).max().unwrap_or_default()
}

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let runs = match &arguments[..] {
        [option, runs] if option == "--runs" => runs.parse().expect("a number"),
        _ => 5,
    };
    let mut large = Limits::default();
    large.memory = Some(1 << 30);
    large.binary_chunks = Some(true);
    println!("{:30} {:>10} {:>10}", "milliseconds", "untrusted", "default");
    for line in LINES {
        let times = [(Limits::untrusted(), 1), (large, 8)].map(|(limits, size)| longest(limits, size, line, runs));
        let [untrusted, default] = times.map(|time| time.as_secs_f64() * 1000.0);
        println!("{:30} {untrusted:10.2} {default:10.2}", line.0);
    }
}
