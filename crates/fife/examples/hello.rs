//! The minimum: a VM, a script, a typed result.

#![forbid(unsafe_code)]

use fife::{Lua, Result};

fn main() -> Result<()> {
    let mut lua = Lua::builder().output(|text| print!("{}", String::from_utf8_lossy(text))).build()?;
    lua.globals().set(&lua, "name", "world")?;
    lua.load("print('hello, ' .. name)").exec()?;
    let (sum, text): (i64, String) = lua.load("return 1 + 2, ('ab'):rep(3)").eval()?;
    println!("{sum} {text}");
    Ok(())
}
