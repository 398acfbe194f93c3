//! A soak run: one VM, many short tasks, hostile and benign, limits on; the memory must not grow.
//!
//! `cargo run --release -p fife --example soak [TASKS]`; the default is a million tasks. Several tasks are alive at any
//! time. Each gets little fuel, in steps of different sizes; a task that has not ended when that is used up is dropped
//! where it is. Ten times in a run all tasks are dropped, everything is collected, and what is left is printed. The run
//! fails if that grows from one time to the next, beyond what the order of collections explains.

#![forbid(unsafe_code)]

use fife::{Fuel, Host, Limits, Lua, Stepped, Task};
use std::io;
use std::process::ExitCode;

/// The limit on held bytes.
const MEMORY: usize = 8 << 20;

/// Bytes that may be held beyond the limit, for small objects and errors when there is no memory.
const RESERVE: usize = 512 << 10;

/// Tasks that are alive at the same time.
const ALIVE: usize = 8;

/// The fuel of a task.
const FUEL: u64 = 30_000;

/// How much the remainder may exceed the first one: strings and tables are reused in another order each time.
const SLACK_BYTES: usize = 128 << 10;
/// The same for the memory of the process, which depends on the allocator's habits.
const SLACK_RESIDENT: usize = 8 << 20;

/// Tasks that soon end by themselves.
const BENIGN: &[&str] = &[
    "local t = {} for i = 1, 50 do t[i] = i * i end return #t",
    "local s = {} for i = 1, 20 do s[#s + 1] = ('%d:%s'):format(i, i) end return table.concat(s, ',')",
    "local function fib(n) return n < 2 and n or fib(n - 1) + fib(n - 2) end return fib(10)",
    "local co = coroutine.wrap(function(a) for i = 1, 10 do a = a + coroutine.yield(a) end return a end) co(1) for i = 1, 9 do co(i) end",
    "local ok, e = pcall(error, {code = 1}) assert(not ok and e.code == 1)",
    "local t = setmetatable({}, {__index = function(_, k) return k .. '!' end}) return t.a, t.b",
    "return (('x'):rep(100):gsub('x', {x = 'yz'}))",
    "local t = {} for w in ('the quick brown fox'):gmatch('%a+') do t[w] = #w end return next(t)",
    "local n = ... local t = {} for i = 1, 40 do t['k' .. n .. i] = i end for k in pairs(t) do t[k] = nil end",
    "collectgarbage('restart')",
    "local p = string.pack('i4s2', 7, 'abc') return string.unpack('i4s2', p)",
    "local t = {} for i = 1, 60 do t[i] = (i * 7919) % 61 end table.sort(t, function(a, b) return a > b end) return t[1]",
    "do local c <close> = setmetatable({}, {__close = function() end}) end return utf8.char(72, 228, 8364)",
    "local n = ... return load('local a = ' .. n .. ' return function() a = a + 1 return a end')()()",
];

/// Tasks that keep the collector busy: their leftovers must not outlive the next collection.
const COLLECTED: &[&str] = &[
    "local w = setmetatable({}, {__mode = 'k'}) for i = 1, 30 do local k = {} w[k] = {k, w} end",
    "local w = setmetatable({}, {__mode = 'v'}) for i = 1, 30 do w[i] = {} w['s' .. i] = 'string' .. i end",
    "for i = 1, 10 do setmetatable({}, {__gc = function(o) o.x = {o} end}) end",
    "local again again = {__gc = function(o) if o.n > 0 then setmetatable({n = o.n - 1}, again) end end} setmetatable({n = 3}, again)",
    "local cos = {} for i = 1, 10 do cos[i] = coroutine.create(function() coroutine.yield(cos) end) coroutine.resume(cos[i]) end",
    "local a, b = {}, {} a.b, b.a = b, a local f f = function() return f, a end return f",
    "local t = {} for i = 1, 200 do t = {t, function() return t end} end",
    "setmetatable({}, {__gc = function() error('in a finalizer') end})",
    "for i = 1, 20 do local c = coroutine.wrap(function() local x <close> = setmetatable({}, {__close = function() end}) coroutine.yield() end) c() end",
];

/// Tasks that want everything.
const HOSTILE: &[&str] = &[
    "while true do end",
    "local t = {} while true do t[#t + 1] = #t end",
    "local s = 'x' while true do s = s .. s end",
    "local s = ('x'):rep(1 << 22) local t = {} while true do t[#t + 1] = s .. #t end",
    "return ('x'):rep(1 << 40)",
    "local function r(...) return r(..., 1) + 1 end return r(1)",
    "local function r() return pcall(r) end return r()",
    "local function r() return 1 + r() end pcall(r) r()",
    "local function r() return coroutine.wrap(r)() end return r()",
    "local t = {} while true do t[#t + 1] = coroutine.create(function() end) coroutine.resume(t[#t]) end",
    "while true do pcall(error, 'again') end",
    "return ('a'):rep(200):find(('a*'):rep(30) .. 'b')",
    "return ('x'):rep(10000):gsub('', ('y'):rep(1000))",
    "table.sort({3, 2, 1, 4, 5, 6, 7}, function() while true do end end)",
    "setmetatable({}, {__gc = function() while true do end end}) collectgarbage()",
    "local t = {} for i = 1, 1e9 do t = setmetatable({t}, {__gc = function() end}) end",
    "local w = setmetatable({}, {__mode = 'k'}) local k = {} while true do local n = {} w[k] = n k = n end",
    "return table.unpack({}, 1, 1e7)",
    "return table.concat(setmetatable({}, {__len = function() return 1e9 end, __index = function() return 'xxxxxxxx' end}))",
    "return load(function() return 'x = x ' end)",
    "local t = setmetatable({}, {__index = function(t, k) return t[k + 1] end}) return t[1]",
    "local x <close> = setmetatable({}, {__close = function() while true do end end}) error('out')",
    "while true do coroutine.wrap(function() error({}) end)() end",
    "local t = {} for i = 1, 1e8 do t['key' .. i] = true end",
    "collectgarbage('stop') while true do local t = {} end",
    "return load(('('):rep(1000) .. '1' .. (')'):rep(1000))",
    "local s = {} for i = 1, 3000 do s[i] = 'local function f' .. i .. '() return ' .. i .. ' end' end return load('do ' .. table.concat(s, ' end do ') .. ' end')",
];

/// A host that discards output.
struct Silent;

impl Host for Silent {
    fn write_output(&self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }
}

/// A small generator (xorshift64).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % end
    }

    fn of(&mut self, list: &[&'static str]) -> &'static str {
        list[self.below(list.len())]
    }
}

/// A live task and the fuel it has.
struct Running {
    task: Task,
    fuel: Fuel,
}

/// How many tasks ended in each way.
#[derive(Default)]
struct Ends {
    /// Not an end: starts that were refused, since the other tasks held all memory.
    refused: u64,
    finished: u64,
    failed: u64,
    dropped: u64,
}

fn start(lua: &mut Lua, random: &mut Random, ends: &mut Ends) -> Option<Running> {
    let source = match random.below(40) {
        0 => random.of(HOSTILE),
        1..=8 => random.of(COLLECTED),
        _ => random.of(BENIGN),
    };
    let number = random.below(1000) as i64;
    let Ok(task) = lua.load(source).name("=task").start(number) else {
        ends.refused += 1;
        return None;
    };
    // Now and then a task is dropped early.
    let fuel = if random.below(20) == 0 { random.below(300) as u64 } else { FUEL };
    Some(Running { task, fuel: Fuel::with(fuel) })
}

/// Runs a task for one step; false if it is to be dropped.
fn step(lua: &mut Lua, running: &mut Running, random: &mut Random, ends: &mut Ends) -> bool {
    let given = (1 + random.below(6000) as u64).min(running.fuel.remaining().max(0) as u64);
    let mut slice = Fuel::with(given);
    let stepped = lua.step(&running.task, &mut slice);
    running.fuel.consume(given - slice.remaining() as u64);
    let end = match stepped {
        Stepped::Finished => &mut ends.finished,
        Stepped::Failed => &mut ends.failed,
        _ if running.fuel.is_positive() => return true,
        _ => &mut ends.dropped,
    };
    *end += 1;
    false
}

/// The memory of the process, if the system reports it.
fn resident() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: usize = text.split(' ').nth(1).and_then(|it| it.parse().ok()).unwrap_or(0);
    pages * 4096
}

/// What is left, in bytes, after all tasks are dropped and everything is collected.
#[derive(Clone, Copy)]
struct Rest {
    objects: usize,
    held: usize,
    /// The memory of the whole process.
    resident: usize,
}

impl Rest {
    fn of(lua: &mut Lua) -> Rest {
        // Finalizers may make garbage with finalizers.
        for _ in 0..6 {
            lua.collect_all();
            let Ok(task) = lua.load("").name("=rest").start(()) else { continue };
            // An endless one is dropped with its task.
            let _ = task.run(lua, &mut Fuel::with(1_000_000));
        }
        lua.collect_all();
        let memory = lua.memory();
        Rest { objects: memory.object_bytes, held: memory.held_bytes, resident: resident() }
    }

    fn has_grown_since(self, first: Rest) -> bool {
        self.objects > first.objects + SLACK_BYTES
            || self.held > first.held + (2 * SLACK_BYTES).max(first.held / 4)
            || self.resident > first.resident + SLACK_RESIDENT
    }
}

fn main() -> ExitCode {
    let tasks: usize = std::env::args().nth(1).and_then(|it| it.parse().ok()).unwrap_or(1_000_000);
    let mut limits = Limits::default();
    limits.memory = Some(MEMORY);
    limits.stack_slots = 100_000;
    limits.call_depth = 20_000;
    limits.coroutine_depth = 500;
    limits.source_bytes = 1 << 20;
    let mut lua = Lua::builder().host(Silent).limits(limits).build().unwrap();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut ends = Ends::default();
    let mut alive: Vec<Option<Running>> = (0..ALIVE).map(|_| None).collect();
    let mut first: Option<Rest> = None;
    let mut started = 0;
    let mut is_flat = true;
    println!(
        "{:>9} {:>12} {:>12} {:>14} {:>14} {:>12}",
        "tasks", "objects", "held", "peak held", "resident", "collections"
    );
    while started < tasks {
        let place = random.below(ALIVE);
        if alive[place].is_none() {
            alive[place] = start(&mut lua, &mut random, &mut ends);
            if alive[place].is_none() {
                // The others must run until one releases something.
                for running in alive.iter_mut() {
                    if let Some(it) = running
                        && !step(&mut lua, it, &mut random, &mut ends)
                    {
                        *running = None;
                    }
                }
                continue;
            }
            started += 1;
            if started % tasks.div_ceil(10).max(1) == 0 || started == tasks {
                alive.iter_mut().for_each(|it| *it = None);
                let rest = Rest::of(&mut lua);
                let memory = lua.memory();
                println!(
                    "{started:>9} {:>12} {:>12} {:>14} {:>14} {:>12}",
                    rest.objects, rest.held, memory.peak_held_bytes, rest.resident, memory.collections
                );
                if memory.peak_held_bytes > MEMORY + RESERVE {
                    println!("more was held than the limit allows");
                    is_flat = false;
                }
                is_flat &= !rest.has_grown_since(*first.get_or_insert(rest));
            }
            continue;
        }
        if let Some(running) = &mut alive[place]
            && !step(&mut lua, running, &mut random, &mut ends)
        {
            alive[place] = None;
        }
    }
    println!(
        "{} finished, {} failed, {} dropped without fuel; {} times there was no memory for another one",
        ends.finished, ends.failed, ends.dropped, ends.refused
    );
    if !is_flat {
        println!("the memory grows");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
