//! A game: each frame gives its scripts a fixed amount of fuel, whatever they do. Scripts are loops that wait for the
//! next frame; one that thinks long takes several frames, and one that spins slows down only itself.

#![forbid(unsafe_code)]

use fife::gc::Context;
use fife::{ErrorKind, Function, Lua, Result, Share, Tasks};
use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};

/// The fuel of one frame: about a tenth of a millisecond.
const FRAME_FUEL: u64 = 10_000;

/// The count of frames, and the scripts waiting for the next one.
#[derive(Clone, Default)]
struct Frames(Arc<Mutex<(u64, Vec<Waker>)>>);

impl Frames {
    /// Waits for the next frame and returns its number.
    fn next(&self) -> impl Future<Output = u64> + Send + use<> {
        let frames = self.clone();
        let mut seen = None;
        poll_fn(move |cx| {
            let mut inside = frames.0.lock().expect("nobody panics with it");
            let now = inside.0;
            if now > *seen.get_or_insert(now) {
                return Poll::Ready(now);
            }
            inside.1.push(cx.waker().clone());
            Poll::Pending
        })
    }

    /// Starts the next frame.
    fn advance(&self) {
        let waiting = {
            let mut inside = self.0.lock().expect("nobody panics with it");
            inside.0 += 1;
            std::mem::take(&mut inside.1)
        };
        waiting.into_iter().for_each(Waker::wake);
    }
}

const GUARD: &str = "local guard = {name = 'guard', x = 0}
    spawn(function() while true do next_frame() log(guard.name, 'hums') for i = 1, 3 do next_frame() end end end)
    while true do
        for step = 1, 4 do guard.x = guard.x + 1 next_frame() end
        log(guard.name, 'turns at', guard.x)
        for step = 1, 4 do guard.x = guard.x - 1 next_frame() end
    end";

const WIZARD: &str = "local start = next_frame()
    local primes = 0
    for n = 2, 150 do
        local is_prime = true
        for d = 2, n - 1 do if n % d == 0 then is_prime = false break end end
        if is_prime then primes = primes + 1 end
    end
    log('wizard', 'knows of', primes, 'primes, after frames:', next_frame() - start)
    return 'done'";

const TROLL: &str = "while true do pcall(error) end";

fn main() -> Result<()> {
    let mut lua = Lua::new();
    let globals = lua.globals();
    let mut tasks = Tasks::new();
    let frames = Frames::default();
    let now = frames.clone();
    globals.set_function(&lua, "log", move |words: fife::Variadic<String>| {
        println!("frame {:2}: {}", now.0.lock().expect("nobody panics with it").0, words.join(" "));
    })?;
    let waited = frames.clone();
    globals.set_async_function(&lua, "next_frame", move || waited.next())?;
    let spawner = tasks.spawner();
    globals.set_function(&lua, "spawn", move |ctx: Context<'_>, body: Function| -> Result<()> {
        spawner.spawn(body.start(&ctx, ())?)?;
        Ok(())
    })?;

    // A tank saves fuel that a script has not used, for a frame with more to do; no script can use more than that in
    // one frame.
    let light = Share { tank: Some(2_000), ..Share::default() };
    let guard = tasks.spawn_with(lua.load(GUARD).name("=guard").start(())?, light);
    tasks.spawn_with(lua.load(WIZARD).name("=wizard").start(())?, Share { weight: 2, tank: Some(4_000), budget: None });
    let troll = Share { budget: Some(20_000), tank: Some(1_000), weight: 1 };
    tasks.spawn_with(lua.load(TROLL).name("=troll").start(())?, troll);

    let mut most = 0;
    for _ in 0..24 {
        frames.advance();
        let turn = tasks.turn(&mut lua, FRAME_FUEL);
        most = most.max(turn.used);
        for (_, end) in turn.ended {
            match end {
                Ok(task) => println!("a script returns: {}", task.results::<String>(&lua)?),
                Err(error) if error.kind() == ErrorKind::Fuel => {
                    let line = error.position().map_or(0, |at| at.line);
                    println!("a script has used up its budget in line {line}");
                }
                Err(error) => return Err(error),
            }
        }
    }
    assert!(most <= FRAME_FUEL);
    tasks.cancel(&mut lua, guard);
    println!("{} is left", tasks.len());
    Ok(())
}
