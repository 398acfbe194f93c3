//! How long steps take while large heaps are filled and collected: `pauses [--runs N] [--fuel N] [SCRIPT]...`.
//!
//! Without scripts it runs those below. Each runs several times with the same seeds, so that it takes the same steps,
//! and each step counts with its shortest time, to leave out what else the machine did. A step is what a host waits
//! for: a call of `Lua::step`, with the slice of collection at its end. The table has a line for each script: how many
//! steps took up to N microseconds, and the most bytes held. The longest steps follow.

#![forbid(unsafe_code)]

use fife::{Fuel, Limits, Lua, Stepped};
use fife_system::SystemHost;
use std::time::{Duration, Instant};

/// Name, limit on memory in MiB, and source.
const SCRIPTS: &[(&str, usize, &str)] = &[
    (
        "1,000,000 tables",
        1024,
        "
        local all = {}
        for i = 1, 1000000 do all[i] = {i} end
        collectgarbage()
        for i = 1, 1000000, 2 do all[i] = false end
        collectgarbage()",
    ),
    (
        "10,000,000 integer keys",
        1024,
        "
        local t = {}
        for i = 1, 10000000 do t[i] = i end
        collectgarbage()
        t = nil
        collectgarbage()",
    ),
    (
        "5,000,000 float keys",
        1024,
        "
        local t = {}
        for i = 1, 5000000 do t[i + 0.5] = i end
        collectgarbage()
        for i = 1, 5000000 do t[i + 0.5] = nil end
        for i = 1, 100000 do t[i .. 'x'] = i end
        collectgarbage()",
    ),
    (
        "2,000,000 string keys",
        1024,
        "
        local t = {}
        for i = 1, 2000000 do t['k' .. i] = i end
        collectgarbage()
        local n = 0
        for k, v in pairs(t) do t[k] = nil end
        t = nil
        collectgarbage()",
    ),
    (
        "keys downward",
        1024,
        "
        local t = {}
        for i = 3000000, 1, -1 do t[i] = i end
        collectgarbage()",
    ),
    (
        "100,000 coroutines",
        1024,
        "
        local all = {}
        for i = 1, 100000 do
          local co = coroutine.create(function(...) local a, b = ... coroutine.yield(a) end)
          coroutine.resume(co, i, {})
          all[i] = co
        end
        collectgarbage()
        all = nil
        collectgarbage()",
    ),
    (
        "weak tables",
        1024,
        "
        local weak, keep = setmetatable({}, {__mode = 'k'}), {}
        for i = 1, 300000 do local key = {} weak[key] = {key} if i % 2 == 0 then keep[#keep + 1] = key end end
        collectgarbage()
        collectgarbage()",
    ),
    (
        "deep stack",
        1024,
        "
        local function down(n) if n == 0 then collectgarbage() return 0 end return 1 + down(n - 1) end
        down(190000)
        collectgarbage()",
    ),
    (
        "at the limit",
        64,
        "
        local all, n = {}, 0
        for round = 1, 5 do
          local ok = pcall(function() while true do n = n + 1 all[n] = {n, {}} end end)
          assert(not ok)
          for i = 1, n do all[i] = nil end
          n = 0
        end",
    ),
    (
        "garbage",
        64,
        "
        local t
        for i = 1, 3000000 do t = {t and 1, i .. ''} end",
    ),
];

/// The upper bounds of the histogram's columns, in microseconds.
const BOUNDS: [u128; 8] = [100, 250, 500, 1000, 2000, 5000, 10_000, u128::MAX];

struct Step {
    time: Duration,
    held: usize,
    collections: u64,
}

fn main() {
    let (mut runs, mut fuel, mut scripts) = (3, 10_000, Vec::new());
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let number = |words: &mut dyn Iterator<Item = String>| {
            words.next().and_then(|word| word.parse().ok()).unwrap_or_else(|| panic!("{word} takes a number"))
        };
        match word.as_str() {
            "--runs" => runs = number(&mut words),
            "--fuel" => fuel = number(&mut words),
            name => {
                let source = std::fs::read_to_string(name).unwrap_or_else(|error| panic!("{name}: {error}"));
                scripts.push((name.to_owned(), 1024, source));
            }
        }
    }
    if scripts.is_empty() {
        scripts =
            SCRIPTS.iter().map(|(name, limit, source)| ((*name).to_owned(), *limit, (*source).to_owned())).collect();
    }
    print!("{:26}{:>8}{:>9}", "steps up to so many us", "steps", "peak MiB");
    for bound in &BOUNDS[..BOUNDS.len() - 1] {
        print!("{bound:>8}");
    }
    println!("{:>8}{:>10}", "more", "longest");
    for (name, limit, source) in &scripts {
        let mut steps = run(*limit, fuel, source);
        for _ in 1..runs {
            let again = run(*limit, fuel, source);
            assert_eq!(steps.len(), again.len(), "the same program takes the same steps");
            for (step, again) in steps.iter_mut().zip(again) {
                step.time = step.time.min(again.time);
            }
        }
        report(name, &steps);
    }
}

/// Runs a script and returns all its steps.
fn run(limit: usize, fuel: u64, source: &str) -> Vec<Step> {
    let host = SystemHost::new().with_hash_seed(1);
    let mut limits = Limits::default();
    limits.memory = Some(limit << 20);
    let mut lua = Lua::builder().host(host).limits(limits).build().unwrap();
    let task = lua.load(source).name("=script").start(()).unwrap_or_else(|error| panic!("{error}"));
    let mut steps = Vec::new();
    loop {
        let start = Instant::now();
        let stepped = lua.step(&task, &mut Fuel::with(fuel));
        let time = start.elapsed();
        let memory = lua.memory();
        steps.push(Step { time, held: memory.held_bytes, collections: memory.collections });
        match stepped {
            Stepped::Finished => return steps,
            Stepped::Failed => panic!("{}", task.error(&lua).unwrap()),
            _ => {}
        }
    }
}

fn report(name: &str, steps: &[Step]) {
    let peak = steps.iter().map(|step| step.held).max().unwrap_or(0);
    print!("{name:26}{:>8}{:>9.1}", steps.len(), peak as f64 / f64::from(1 << 20));
    let mut least = 0;
    for bound in BOUNDS {
        let count = steps.iter().filter(|step| (least..bound).contains(&step.time.as_micros())).count();
        print!("{count:>8}");
        least = bound;
    }
    let mut order: Vec<usize> = (0..steps.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(steps[*index].time));
    println!("{:>10}", steps[order[0]].time.as_micros());
    for index in order.into_iter().take(3).filter(|index| steps[*index].time.as_micros() >= 1000) {
        let step = &steps[index];
        let before = index.checked_sub(1).map_or(0, |index| steps[index].held);
        println!(
            "    step {index}: {} us, {} KiB held before, {} KiB after, {} collections",
            step.time.as_micros(),
            before >> 10,
            step.held >> 10,
            step.collections
        );
    }
}
