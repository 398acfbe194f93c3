//! A closure's arguments must be types into which Lua values can be converted.
use fife::Lua;

struct Point;

fn main() {
    let lua = Lua::new();
    lua.function("move", |_: Point| ()).unwrap();
    lua.function("greet", |name: &str| name.len()).unwrap();
    lua.function("make", || Point).unwrap();
    lua.globals().get::<Point>(&lua, "point").unwrap();
    lua.globals().set(&lua, "point", Point).unwrap();
}
