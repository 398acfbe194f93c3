//! A function that a VM keeps may be called again while it runs, so it changes nothing but through a `Cell` or the like.
use fife::Lua;

fn main() {
    let lua = Lua::new();
    let mut count = 0;
    lua.function("count", move || count += 1).unwrap();
}
