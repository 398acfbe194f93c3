//! Modules that are not files: from memory, or made by the host.

#![forbid(unsafe_code)]

use fife::gc::Context;
use fife::{Limits, Lua, Result, Table};
use std::collections::HashMap;

fn main() -> Result<()> {
    let sources: HashMap<&str, &str> = [
        (
            "shapes.circle",
            "local math2 = require('math2') return {area = function(r) return math2.square(r) * math.pi end}",
        ),
        ("math2", "print('loading', ...) return {square = function(x) return x * x end}"),
    ]
    .into();
    let mut lua = Lua::builder()
        .limits(Limits::untrusted())
        .output(|text| print!("{}", String::from_utf8_lossy(text)))
        .modules(move |name| Some(sources.get(std::str::from_utf8(name).ok()?)?.as_bytes().to_vec()))
        .build()?;

    // A module in Rust: its loader makes the table that `require` returns.
    let loader = lua.function("clock", |ctx: Context<'_>| -> Result<Table> {
        let module = Table::new(&ctx)?;
        module.set_function(&ctx, "now", || 12)?;
        Ok(module)
    })?;
    lua.preload("clock", &loader)?;

    lua.load(
        "print(('%.2f'):format(require('shapes.circle').area(2)))
         print(require('clock').now(), require('math2').square(3))
         print(select(2, pcall(require, 'os.secrets')))",
    )
    .name("=main")
    .exec()
}
