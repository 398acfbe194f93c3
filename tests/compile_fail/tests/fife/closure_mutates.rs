//! A function that a VM keeps may be called while it runs, so it can change only a `Cell` or the like.
use fife::Lua;

fn main() {
    let lua = Lua::new();
    let mut count = 0;
    lua.function("count", move || count += 1).unwrap();
}
