//! Runs one Lua program in the implementation with which mlua was built. `puc54`, `luau` and `luajit` are this file,
//! each with mlua's feature of that name. The settings make each one as fast as possible: all libraries without mlua's
//! own checks, no conversion of panics, Luau sandboxed (which lets it reach built-in functions directly) and optimized
//! at level 2.

use mlua::{Lua, LuaOptions, StdLib};
use std::process::exit;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (Some(path), rest) = (arguments.next(), arguments.collect::<Vec<String>>()) else {
        eprintln!("usage: PROGRAM FILE [ARGUMENT...]");
        exit(2);
    };
    if let Err(error) = run(&path, &rest) {
        eprintln!("{error}");
        exit(1);
    }
    // Memory goes back all at once, as with the other implementations.
    exit(0);
}

fn run(path: &str, rest: &[String]) -> Result<(), Box<dyn std::error::Error>> {
    let source = std::fs::read(path)?;
    let options = LuaOptions::new().catch_rust_panics(false);
    #[cfg(feature = "luau")]
    let lua = {
        let lua = Lua::new_with(StdLib::ALL_SAFE, options)?;
        lua.set_compiler(mlua::chunk::Compiler::new().set_optimization_level(2).set_debug_level(1));
        lua
    };
    // SAFETY: the programs are this repository's own; they load no C modules and use no `debug` functions.
    #[cfg(not(feature = "luau"))]
    let lua = unsafe { Lua::unsafe_new_with(StdLib::ALL, options) };
    #[cfg(feature = "luajit")]
    if std::env::var_os("BENCH_NO_JIT").is_some() {
        lua.load("jit.off()").exec()?;
    }
    let arg = lua.create_table()?;
    arg.raw_set(0, path)?;
    for (number, argument) in rest.iter().enumerate() {
        arg.raw_set(number + 1, argument.as_str())?;
    }
    lua.globals().set("arg", arg)?;
    #[cfg(feature = "luau")]
    lua.sandbox(true)?;
    lua.load(&source[..]).set_name(format!("@{path}")).exec()?;
    Ok(())
}
