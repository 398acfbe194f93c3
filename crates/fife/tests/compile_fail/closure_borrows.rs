//! A function that a VM keeps borrows nothing of its maker.
use fife::Lua;

fn main() {
    let lua = Lua::new();
    let text = String::from("text");
    lua.function("text", || text.len()).unwrap();
}
