//! Scripts that subscribe to the host's events. The host keeps the functions and calls each with fuel of its own: a
//! handler that fails or never ends is removed, and the others continue.

#![forbid(unsafe_code)]

use fife::{Fuel, Function, Lua, Result, Status};
use std::sync::{Arc, Mutex};

/// The fuel of one handler for one event.
const FUEL: u64 = 10_000;

type Handlers = Arc<Mutex<Vec<(String, Function)>>>;

/// Calls all handlers of an event and removes those that fail or run out of fuel.
fn emit(lua: &mut Lua, handlers: &Handlers, event: &str, value: i64) {
    // A handler may subscribe others, so the list is not locked while handlers run.
    let called: Vec<_> = handlers.lock().unwrap().iter().filter(|(name, _)| name == event).cloned().collect();
    for (name, handler) in called {
        let end = handler.start(lua, value).and_then(|task| task.run(lua, &mut Fuel::with(FUEL)));
        let complaint = match end {
            Ok(Status::Finished) => continue,
            Ok(_) => "takes too long".to_owned(),
            Err(error) => error.to_string(),
        };
        println!("a handler of '{name}' is taken off: {complaint}");
        handlers.lock().unwrap().retain(|(_, other)| *other != handler);
    }
}

fn main() -> Result<()> {
    let mut lua = Lua::builder().output(|text| print!("{}", String::from_utf8_lossy(text))).build()?;
    let handlers = Handlers::default();
    let known = handlers.clone();
    let on = move |event: String, handler: Function| known.lock().unwrap().push((event, handler));
    lua.globals().set_function(&lua, "on", on)?;

    lua.load(
        "local total = 0
         on('coin', function(value) total = total + value print('total', total) end)
         on('coin', function(value) if value > 2 then error('too much gold', 0) end end)
         on('coin', function() while true do end end)
         on('end', function() on('end', function() print('again') end) print('bye') end)",
    )
    .name("=scripts")
    .exec()?;

    for value in 1..=3 {
        emit(&mut lua, &handlers, "coin", value);
    }
    emit(&mut lua, &handlers, "end", 0);
    emit(&mut lua, &handlers, "end", 0);
    println!("{} handlers are left", handlers.lock().unwrap().len());
    Ok(())
}
