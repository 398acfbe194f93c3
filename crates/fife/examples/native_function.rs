//! Rust functions that a script calls: with types, with captured state, with errors of any type, and with tables.

#![forbid(unsafe_code)]

use fife::gc::Context;
use fife::{Limits, Lua, Result, Table, Variadic};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

fn main() -> Result<()> {
    let mut lua = Lua::builder()
        .limits(Limits::untrusted())
        .output(|text| print!("{}", String::from_utf8_lossy(text)))
        .build()?;
    let globals = lua.globals();

    // Arguments and results are converted; a Result's error is raised, whatever its type.
    globals.set_function(&lua, "add", |a: i64, b: i64| a + b)?;
    globals.set_function(&lua, "parse", |text: String| text.parse::<f64>())?;
    globals.set_function(&lua, "max", |first: f64, others: Variadic<f64>| others.into_iter().fold(first, f64::max))?;

    // Captures of a closure live as long as the function.
    let calls = Arc::new(AtomicU32::new(0));
    let counted = calls.clone();
    globals.set_function(&lua, "tick", move || counted.fetch_add(1, Ordering::Relaxed))?;

    // With a context, a function can make and examine tables.
    globals.set_function(&lua, "split", |ctx: Context<'_>, text: String| -> Result<Table> {
        let words = Table::new(&ctx)?;
        for word in text.split_whitespace() {
            words.push(&ctx, word)?;
        }
        Ok(words)
    })?;

    lua.load(
        "print(add(1, 2), parse('2.5'), max(3, 7, 5))
         tick() tick()
         for i, word in ipairs(split('to be or not')) do print(i, word) end
         print(pcall(add, 1, {}))
         print(pcall(parse, 'two'))",
    )
    .name("=script")
    .exec()?;
    println!("{} ticks", calls.load(Ordering::Relaxed));
    Ok(())
}
