//! Runs one Lua program in luars, an interpreter of Lua 5.5 in Rust.

use luars::{Lua, LuaApi, SafeOption, Stdlib};
use std::process::exit;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (Some(path), rest) = (arguments.next(), arguments.collect::<Vec<String>>()) else {
        eprintln!("usage: PROGRAM FILE [ARGUMENT...]");
        exit(2);
    };
    let source = match std::fs::read_to_string(&path) {
        Ok(source) => source,
        Err(error) => {
            eprintln!("{path}: {error}");
            exit(1);
        }
    };
    let mut lua = Lua::new(SafeOption::default());
    lua.open_stdlibs(&[Stdlib::All]).expect("the libraries are its own");
    let rest: Vec<String> = rest.iter().map(|argument| format!("{argument:?}")).collect();
    let arg = format!("arg = {{ [0] = {path:?}, {} }}", rest.join(", "));
    let result = lua.load(&arg).exec().and_then(|_| lua.load(&source).set_name(format!("@{path}")).exec());
    if let Err(error) = result {
        eprintln!("{}", lua.get_error_message(error));
        exit(1);
    }
    exit(0);
}
