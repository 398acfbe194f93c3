//! What a host can stop: the table in the README. Runs each script in a process of its own, which gets three seconds,
//! and prints how it ended. The host tries to stop every script after 0.2 seconds, in the way that its library offers.

use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const SCRIPTS: &[(&str, &str)] = &[
    ("loop", "while true do end"),
    ("errors caught", "while true do pcall(function() while true do end end) end"),
    ("coroutines", "while true do pcall(coroutine.wrap(function() while true do end end)) end"),
    ("pattern", "return ('a'):rep(40):find(('a?'):rep(40) .. ('a'):rep(40))"),
    ("comparator", "table.sort({3, 1, 2}, function() while true do pcall(function() while true do end end) end end)"),
    ("long string", "local s = 'x' while true do s = s .. s end"),
    ("many tables", "local t = {} for i = 1, math.huge do t[i] = {} end"),
    (
        "yield in sort",
        "return coroutine.resume(coroutine.create(function() table.sort({3, 1, 2}, function(a, b) coroutine.yield() return a < b end) end))",
    ),
];

const TIME: Duration = Duration::from_millis(200);
const MEMORY: usize = 32 << 20;

fn main() {
    let name = std::env::args().nth(1);
    if let Some((_, source)) = SCRIPTS.iter().find(|(script, _)| Some(*script) == name.as_deref()) {
        return println!("{}", host::run(source));
    }
    for (script, _) in SCRIPTS {
        let own = std::env::current_exe().expect("a program knows where it is");
        let child = Command::new(own).arg(script).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut child = child.expect("it can be started");
        let start = Instant::now();
        while child.try_wait().expect("it is ours").is_none() && start.elapsed() < Duration::from_secs(3) {
            thread::sleep(Duration::from_millis(10));
        }
        let end = if child.try_wait().expect("it is ours").is_none() {
            child.kill().expect("it is ours");
            "still running after 3 s".to_owned()
        } else {
            let output = child.wait_with_output().expect("it prints").stdout;
            String::from_utf8_lossy(&output).lines().next().unwrap_or("the process died").to_owned()
        };
        println!("{script}: {end}");
    }
}

/// Steps with fuel, until the time is over.
#[cfg(feature = "fife")]
mod host {
    use super::{Instant, MEMORY, TIME};
    use fife::{Fuel, Limits, Lua, Status, Value, Variadic};

    pub fn run(source: &str) -> String {
        let mut limits = Limits::untrusted();
        limits.memory = Some(MEMORY);
        let mut lua = Lua::builder().limits(limits).build().expect("there is a clock");
        let task = lua.load(source).start(()).expect("there is memory");
        let start = Instant::now();
        while start.elapsed() < TIME {
            match task.run(&mut lua, &mut Fuel::with(10_000)) {
                Ok(Status::Finished) => {
                    let values: Variadic<Value> = task.results(&lua).expect("it has returned");
                    return format!("returned {:?}", values.iter().map(|it| it.describe(&lua)).collect::<Vec<_>>());
                }
                Ok(_) => {}
                Err(error) => return format!("error: {error}"),
            }
        }
        let used = task.fuel_used();
        let _ = task.run(&mut lua, &mut Fuel::with(10_000));
        format!("stopped; it can continue: {}", task.fuel_used() > used)
    }
}

/// A coroutine, and a hook (PUC-Rio Lua) or an interrupt (Luau) that yields it when its time is up. If the coroutine is
/// still running half as long again after that, the hook or interrupt raises an error, every time.
#[cfg(any(feature = "puc", feature = "luau"))]
mod host {
    use super::{Instant, MEMORY, TIME};
    use mlua::{Error, Lua, MultiValue, Result, VmState, thread::ThreadStatus};

    pub fn run(source: &str) -> String {
        let lua = Lua::new();
        lua.set_memory_limit(MEMORY).expect("it is not a module");
        let start = Instant::now();
        let check = move || -> Result<VmState> {
            match start.elapsed() {
                time if time < TIME => Ok(VmState::Continue),
                time if time < TIME * 3 / 2 => Ok(VmState::Yield),
                _ => Err(Error::runtime("too long")),
            }
        };
        #[cfg(feature = "puc")]
        let triggers = mlua::debug::HookTriggers::new().every_nth_instruction(1000);
        #[cfg(feature = "puc")]
        lua.set_global_hook(triggers, move |_, _| check()).expect("a hook");
        #[cfg(feature = "luau")]
        lua.set_interrupt(move |_| check());
        let function = lua.load(source).into_function().expect("it is Lua");
        let thread = lua.create_thread(function).expect("there is memory");
        match thread.resume::<MultiValue>(()) {
            Ok(_) if thread.status() == ThreadStatus::Resumable => "stopped; it can continue".to_owned(),
            Ok(values) => {
                let texts = values.iter().map(|it| it.to_string().unwrap_or_default());
                format!("returned {:?}", texts.collect::<Vec<_>>())
            }
            Err(error) => format!("error: {}", error.to_string().lines().next().unwrap_or_default()),
        }
    }
}

/// Steps with fuel, until the time is over; memory is looked at between steps, since there is no limit to set.
#[cfg(feature = "piccolo")]
mod host {
    use super::{Instant, MEMORY, TIME};
    use piccolo::{Closure, Executor, Fuel, Lua, Variadic};

    pub fn run(source: &str) -> String {
        let mut lua = Lua::full();
        let executor = lua.try_enter(|ctx| {
            let closure = Closure::load(ctx, None, source.as_bytes())?;
            Ok(ctx.stash(Executor::start(ctx, closure.into(), ())))
        });
        let executor = match executor {
            Ok(executor) => executor,
            Err(error) => return format!("error: {error}"),
        };
        let start = Instant::now();
        while start.elapsed() < TIME {
            if lua.enter(|ctx| ctx.fetch(&executor).step(ctx, &mut Fuel::with(10_000))) {
                let result = lua.try_enter(|ctx| {
                    let values = ctx.fetch(&executor).take_result::<Variadic<Vec<piccolo::Value>>>(ctx)??;
                    Ok(values.0.iter().map(|it| it.type_name()).collect::<Vec<_>>())
                });
                return match result {
                    Ok(values) => format!("returned {values:?}"),
                    Err(error) => format!("error: {error}"),
                };
            }
            if lua.total_memory() > MEMORY {
                lua.gc_collect();
                if lua.total_memory() > MEMORY {
                    return format!("stopped by the host with {} MiB", lua.total_memory() >> 20);
                }
            }
        }
        "stopped; it can continue".to_owned()
    }
}
