//! The host decides where the output of scripts goes: here, into a list of lines for each script.

#![forbid(unsafe_code)]

use fife::{Lua, Result};
use std::sync::{Arc, Mutex};

fn main() -> Result<()> {
    let printed = Arc::new(Mutex::new(Vec::new()));
    let kept = printed.clone();
    let mut lua = Lua::builder().output(move |text| kept.lock().unwrap().extend_from_slice(text)).build()?;
    for source in ["for i = 1, 3 do print(i, i * i) end", "print('one', nil, true) print()", "print(('bye'):upper())"] {
        lua.load(source).exec()?;
        let text = std::mem::take(&mut *printed.lock().unwrap());
        let lines: Vec<_> = String::from_utf8_lossy(&text).lines().map(str::to_owned).collect();
        println!("{lines:?}");
    }
    Ok(())
}
